package org.ckimg.tools.names;

import java.util.List;
import java.util.Map;

/** Machines, systems, clocks and scheduling policies. */
public final class HostNames {
  /** ELF e_machine, {@code linux/elf-em.h}, in the words of uname(1). */
  private static final Map<Integer, String> MACHINES =
      Map.of(
          3, "i386",
          8, "mips",
          20, "ppc",
          21, "ppc64",
          22, "s390x",
          40, "arm",
          62, "x86_64",
          183, "aarch64",
          243, "riscv64",
          258, "loongarch64");

  private static final List<String> SYSTEMS = List.of("Linux", "DragonFly", "FreeBSD", "other");

  private static final List<String> CLOCKS =
      List.of(
          "REALTIME MONOTONIC PROCESS_CPUTIME_ID THREAD_CPUTIME_ID MONOTONIC_RAW REALTIME_COARSE"
              .concat(" MONOTONIC_COARSE BOOTTIME REALTIME_ALARM BOOTTIME_ALARM SGI_CYCLE TAI")
              .split(" "));

  private static final List<String> POLICIES =
      List.of("OTHER", "FIFO", "RR", "BATCH", "ISO", "IDLE", "DEADLINE", "EXT");

  private HostNames() {}

  /** Such as x86_64; {@code machine-N} for one without a name. */
  public static String machine(int number) {
    return MACHINES.getOrDefault(number, "machine-" + number);
  }

  /** The operating system of {@code Host.system()}. */
  public static String system(int number) {
    return at(SYSTEMS, number - 1, "system-" + number);
  }

  /** Such as CLOCK_MONOTONIC; a negative number is the CPU clock of a process or thread. */
  public static String clock(int number) {
    String name = at(CLOCKS, number, null);
    return name == null ? "clock " + number : "CLOCK_" + name;
  }

  /** Such as SCHED_OTHER. */
  public static String policy(int number) {
    return "SCHED_" + at(POLICIES, number, Integer.toString(number));
  }

  private static String at(List<String> names, int index, String otherwise) {
    return index >= 0 && index < names.size() ? names.get(index) : otherwise;
  }
}

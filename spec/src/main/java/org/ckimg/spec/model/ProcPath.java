package org.ckimg.spec.model;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A file of /proc that only tells something, proc(5): of the machine, or of a process to itself.
 * Nothing that can be written to does something, that tells of memory as such, or that leads
 * elsewhere is among them.
 *
 * @param pid of the process that it tells of; absent for the machine
 * @param name below /proc or /proc/PID; empty for /proc itself
 */
public record ProcPath(OptionalInt pid, String name) {
  /** File system of /proc, {@code PROC_SUPER_MAGIC} of {@code linux/magic.h}. */
  public static final long FILESYSTEM = 0x9fa0;

  private static final String ROOT = "/proc";

  private static final Set<String> OF_MACHINE =
      Set.of(
          "buddyinfo",
          "cgroups",
          "cpuinfo",
          "devices",
          "diskstats",
          "filesystems",
          "interrupts",
          "loadavg",
          "meminfo",
          "partitions",
          "pressure/cpu",
          "pressure/io",
          "pressure/irq",
          "pressure/memory",
          "softirqs",
          "stat",
          "swaps",
          "uptime",
          "version",
          "vmstat",
          "zoneinfo");

  private static final Set<String> OF_PROCESS =
      Set.of(
          "cgroup",
          "cmdline",
          "comm",
          "io",
          "limits",
          "loginuid",
          "maps",
          "mountinfo",
          "mounts",
          "mountstats",
          "net/dev",
          "net/route",
          "net/snmp",
          "net/tcp",
          "net/tcp6",
          "net/udp",
          "net/udp6",
          "net/unix",
          "numa_maps",
          "oom_score",
          "oom_score_adj",
          "sched",
          "schedstat",
          "smaps",
          "smaps_rollup",
          "stat",
          "statm",
          "status",
          "wchan");

  /** The file that a path leads to; empty for one that is no path of such a file. */
  public static Optional<ProcPath> of(Bytes path) {
    String text = new String(path.toArray(), StandardCharsets.ISO_8859_1);
    if (text.equals(ROOT)) {
      return Optional.of(new ProcPath(OptionalInt.empty(), ""));
    }
    if (!text.startsWith(ROOT + "/")) {
      return Optional.empty();
    }
    String below = text.substring(ROOT.length() + 1);
    if (OF_MACHINE.contains(below)) {
      return Optional.of(new ProcPath(OptionalInt.empty(), below));
    }
    int slash = below.indexOf('/');
    boolean ofProcess =
        slash > 0
            && OF_PROCESS.contains(below.substring(slash + 1))
            && below.substring(0, slash).matches("[1-9][0-9]{0,8}");
    return ofProcess
        ? Optional.of(
            new ProcPath(
                OptionalInt.of(Integer.parseInt(below.substring(0, slash))),
                below.substring(slash + 1)))
        : Optional.empty();
  }

  /** The path that leads there in the process that it tells of. */
  public String own() {
    return ROOT + (pid.isPresent() ? "/self" : "") + (name.isEmpty() ? "" : "/" + name);
  }
}

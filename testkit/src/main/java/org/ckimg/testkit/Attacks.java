package org.ckimg.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Everything that an image can be made to say to get more than the program had. The image is that
 * of the end-to-end program {@code every}; its descriptors have the numbers that are named here.
 */
public final class Attacks {
  private static final int NT_PRSTATUS = 1;
  private static final int NT_X86_XSTATE = 0x202;
  private static final int ACTION = 1;
  private static final int OF_PROCESS = 2;
  private static final int SIGUSR1 = 10;
  private static final int SIGSEGV = 11;
  private static final long KERNEL = 0xffffffff81000000L;
  private static final long NOT_CANONICAL = 1L << 63;
  private static final int APPENDED = 10;
  private static final int READ = 11;
  private static final int NOTHING = 12;
  private static final int TIMER = 14;

  private final String other;
  private final List<Attack> attacks = new ArrayList<>();

  private Attacks(String other) {
    this.other = other;
  }

  /**
   * All attacks.
   *
   * @param other path of another regular file, as long as that of the program's
   */
  public static List<Attack> all(String other) {
    Attacks all = new Attacks(other);
    all.files();
    all.descriptors();
    all.signals();
    all.timers();
    all.registers();
    all.extendedRegisters();
    all.kernelWords();
    all.memory();
    all.identity();
    all.attributes();
    all.host();
    all.attacks.addAll(WholeAttacks.all());
    return Collections.unmodifiableList(all.attacks);
  }

  private void attack(String name, String against, String rules, Consumer<Image> lie) {
    attacks.add(new Attack(name, against, List.of(rules.split(" ")), lie));
  }

  private static int description(Image image, int fd) {
    return (int) image.get("FDS/" + image.find(Table.FDS, "number", fd) + "/description") - 1;
  }

  private static int file(Image image, int fd) {
    return (int) image.get("DESCRIPTIONS/" + description(image, fd) + "/file") - 1;
  }

  private void path(String name, String against, String rules, String path) {
    attack(
        name,
        against,
        rules,
        image -> {
          String field = "FILES/heap/" + file(image, READ) + "/path";
          byte[] value = path.getBytes(StandardCharsets.ISO_8859_1);
          if (value.length != image.size(field)) {
            throw new IllegalArgumentException(path + " is not as long as the program's path");
          }
          image.set(field, value);
        });
  }

  private void files() {
    path("file-other", "another file under the evidence of the old one", "AU-FIL-04", other);
    path(
        "file-of-kernel",
        "a switch of the kernel as a file",
        "AU-FIL-13",
        "/proc/sys/kernel/core_pattern");
    path("file-missing", "a path that is not there", "AU-FIL-01", "/var/tmp/ckimg-hostile-none99");
    path("path-dots", "out of a folder", "AU-FIL-14", "/var/../etc/../etc/../etc/pam");
    path(
        "path-empty-part",
        "names that compare unequal",
        "AU-FIL-14",
        "/var//mp/ckimg-hostile-000001");
    path(
        "path-relative",
        "a path from wherever ckimg stands",
        "AU-FIL-14",
        "var/tmp/ckimg-hostile-0000001");
    path("path-zero", "a name that ends early", "AU-FIL-14", "/etc/passwd\0-hostile-00000001");
    attack(
        "file-handle",
        "a forged handle",
        "AU-FIL-04",
        image -> {
          String field = "FILES/heap/" + file(image, READ) + "/handle";
          byte[] handle = image.bytes(field);
          handle[handle.length - 1] ^= 1;
          image.set(field, handle);
        });
    attack(
        "file-inode",
        "a reused inode",
        "AU-FIL-04",
        image -> image.set("FILES/" + file(image, READ) + "/inode", 2));
    attack(
        "file-born",
        "an inode of another life",
        "AU-FIL-04",
        image -> image.set("FILES/" + file(image, READ) + "/btime_nanos", 1));
    attack(
        "file-kind",
        "a folder in place of a file",
        "AU-FIL-03",
        image -> image.set("FILES/" + file(image, READ) + "/mode", 0040755));
    attack(
        "file-cut",
        "a file that was longer",
        "AU-FIL-06",
        image -> image.set("FILES/" + file(image, READ) + "/length", 1 << 20));
    attack(
        "device-other",
        "/dev/mem by its numbers",
        "AU-FIL-03",
        image -> image.set("FILES/" + file(image, NOTHING) + "/rdev", 1L << 32 | 1));
    attack(
        "root-moved",
        "a root directory of the image's choice",
        "AU-FIL-10",
        image -> image.set("PROCESSES/0/root", image.get("PROCESSES/0/exe")));
    attack(
        "cwd-file",
        "a working directory that is none",
        "AU-FIL-11",
        image -> image.set("PROCESSES/0/cwd", image.get("PROCESSES/0/exe")));
  }

  private void descriptors() {
    attack(
        "flags-cut",
        "a file that restoring empties",
        "AU-FD-11",
        image -> {
          String field = "DESCRIPTIONS/" + description(image, APPENDED) + "/flags";
          image.set(field, image.get(field) | 01000);
        });
    attack(
        "flags-make",
        "a file that restoring makes",
        "AU-FD-11",
        image -> {
          String field = "DESCRIPTIONS/" + description(image, READ) + "/flags";
          image.set(field, image.get(field) | 0100);
        });
    attack(
        "position-negative",
        "a position before the start",
        "AU-FD-10",
        image -> image.set("DESCRIPTIONS/" + description(image, READ) + "/position", -4096));
    attack(
        "number-huge",
        "a table of descriptors that fills memory",
        "AU-FD-09",
        image ->
            image.set("FDS/" + (image.get("FDS/table/num_records") - 1) + "/number", 0x7ffffffe));
    for (int type : new int[] {9, 10, 17, 18}) {
      attack(
          "type-" + type,
          "a descriptor of a kind that gives rights",
          "AU-FD-02",
          image -> image.set("DESCRIPTIONS/" + description(image, NOTHING) + "/type", type));
    }
    attack(
        "device-as-file",
        "a device behind a regular file's type",
        "AU-FD-14",
        image -> image.set("DESCRIPTIONS/" + description(image, NOTHING) + "/type", 1));
    attack(
        "owner-init",
        "signals to process 1 with ckimg's rights",
        "AU-FD-12",
        image -> image.set("DESCRIPTIONS/" + description(image, APPENDED) + "/owner", 1));
    attack(
        "owner-kill",
        "a signal that cannot be caught",
        "AU-FD-13",
        image -> image.set("DESCRIPTIONS/" + description(image, APPENDED) + "/number", 9));
    attack(
        "watch-nothing",
        "an epoll instance that watches nothing of the program",
        "AU-FD-07",
        image -> image.set("WATCHES/0/target", 0));
    attack(
        "timer-clock",
        "a clock that is none",
        "AU-FD-08",
        image -> image.set("EVENTS/" + (image.get("EVENTS/table/num_records") - 1) + "/clock", 99));
    attack(
        "timer-storm",
        "a timer without pause",
        "AU-TIM-01",
        image ->
            image.set(
                "EVENTS/"
                    + image.find(Table.EVENTS, "description", description(image, TIMER) + 1L)
                    + "/interval_nanos",
                1));
  }

  private static String action(Image image, int number) {
    long records = image.get("SIGNALS/table/num_records");
    for (int row = 0; row < records; row++) {
      String prefix = "SIGNALS/" + row + "/";
      if (image.get(prefix + "kind") == ACTION && image.get(prefix + "number") == number) {
        return prefix;
      }
    }
    throw new IllegalArgumentException("signal " + number + " has no action");
  }

  private void pending(String name, String against, String rules, int number, int code, int pid) {
    attack(
        name,
        against,
        rules,
        image -> {
          int row = image.find(Table.SIGNALS, "kind", OF_PROCESS);
          image.set("SIGNALS/" + row + "/number", number);
          String field = "SIGNALS/heap/" + row + "/siginfo";
          int at = image.offset(field);
          image.set(at, Numbers.of(4, number));
          image.set(at + 8, Numbers.of(4, code));
          image.set(at + 16, Numbers.of(4, pid));
        });
  }

  private void signals() {
    attack(
        "handler-kernel",
        "a handler in the kernel",
        "AU-SIG-02",
        image -> image.set(action(image, SIGUSR1) + "handler", KERNEL));
    attack(
        "handler-data",
        "a handler in data",
        "AU-SIG-02",
        image -> image.set(action(image, SIGUSR1) + "handler", image.get("PROCESSES/0/arg_start")));
    attack(
        "restorer-nowhere",
        "a handler that returns to nowhere",
        "AU-SIG-03",
        image -> image.set(action(image, SIGUSR1) + "restorer", NOT_CANONICAL));
    attack(
        "restorer-none",
        "a handler without a way back",
        "AU-SIG-03",
        image -> {
          String field = action(image, SIGUSR1) + "flags";
          image.set(field, image.get(field) & ~0x04000000L);
        });
    attack(
        "altstack-kernel",
        "handlers that write to the kernel",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_address", KERNEL));
    attack(
        "altstack-wraps",
        "a stack around the end of memory",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_bytes", Long.MAX_VALUE));
    attack(
        "altstack-code",
        "handlers that write over code",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_address", image.get("PROCESSES/0/start_code")));
    attack(
        "altstack-flags",
        "flags that nobody knows",
        "AU-SIG-04",
        image -> image.set("THREADS/0/altstack_flags", 0x40));
    pending("fault-of-kernel", "a fault that never was", "AU-SIG-05", SIGSEGV, 0x80, 0);
    pending("fault-mapped", "a fault that never was", "AU-SIG-05", SIGSEGV, 1, 0);
    pending("fault-bus", "a fault that never was", "AU-SIG-05", 7, 2, 0);
    pending("fault-call", "a call that was never caught", "AU-SIG-05", 31, 1, 0);
    pending("sender-init", "a signal that seems to be from process 1", "AU-SIG-06", SIGUSR1, 0, 1);
    attack(
        "all-blocked",
        "a program that cannot be told to end",
        "AU-SIG-07",
        image -> image.set("THREADS/0/blocked", -1));
    attack(
        "exit-signal",
        "a parent that is sent another signal",
        "AU-SIG-10",
        image -> image.set("PROCESSES/0/exit_signal", 9));
  }

  private void timers() {
    attack(
        "interval-storm",
        "a timer without pause",
        "AU-TIM-01",
        image -> image.set("TIMERS/0/interval_nanos", 1));
    attack(
        "posix-storm",
        "a timer without pause",
        "AU-TIM-01",
        image -> image.set("TIMERS/1/interval_nanos", 1000));
    attack(
        "posix-clock",
        "the CPU clock of another process",
        "AU-TIM-02",
        image -> image.set("TIMERS/1/clock", -10));
    attack(
        "posix-thread",
        "signals to another program's thread",
        "AU-TIM-03",
        image -> image.set("TIMERS/1/notify_kind", 4).set("TIMERS/1/tid", 1));
    attack(
        "posix-signal",
        "a signal that is none",
        "AU-TIM-03",
        image -> image.set("TIMERS/1/number", 70));
  }

  /** Places in {@code user_regs_struct}, by name, eight bytes each. */
  private static final List<String> REGISTERS =
      Arrays.asList(
          ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss"
                  + " fs_base gs_base ds es fs gs")
              .split(" "));

  private static int regset(Image image, int note) {
    return image.offset(
        "REGISTERS/heap/" + image.find(Table.REGISTERS, "note_type", note) + "/data");
  }

  private static void register(Image image, String name, long value) {
    int at = regset(image, NT_PRSTATUS) + 8 * REGISTERS.indexOf(name);
    image.set(at, Numbers.of(8, value));
  }

  private void register(String name, long value, String against, String rules) {
    String text = name.replace('_', '-') + "-" + Long.toHexString(value);
    attack(text, against, rules, image -> register(image, name, value));
  }

  private void registers() {
    register("cs", 0x23, "32-bit code past filters of 64-bit calls", "AU-REG-02");
    register("cs", 0x10, "a segment of the kernel", "AU-REG-02");
    register("ss", 0, "a segment of the kernel", "AU-REG-02");
    register("ds", 7, "a segment of a table that is not restored", "AU-REG-06");
    register("es", 7, "a segment of a table that is not restored", "AU-REG-06");
    register("fs", 7, "a segment of a table that is not restored", "AU-REG-06");
    register("gs", 7, "a segment of a table that is not restored", "AU-REG-06");
    register("eflags", 0x346, "a trap after every instruction", "AU-REG-07");
    register("eflags", 0x3246, "rights to ports", "AU-REG-07");
    register("eflags", 0x4246, "nested tasks", "AU-REG-07");
    register("eflags", 0x20246, "virtual 8086 mode", "AU-REG-07");
    register("eflags", 0x40246, "alignment checks", "AU-REG-07");
    register("rip", 0, "a start at nothing", "AU-REG-03");
    register("rip", KERNEL, "a start in the kernel", "AU-REG-03");
    register("rip", NOT_CANONICAL, "a start at no address", "AU-REG-03");
    register("rip", 0xffffffffff600000L, "a start in the vsyscall page", "AU-REG-03");
    attack(
        "rip-data",
        "a start in data",
        "AU-REG-03",
        image -> register(image, "rip", image.get("PROCESSES/0/arg_start")));
    register("rsp", NOT_CANONICAL, "a stack at no address", "AU-REG-08");
    register("rsp", KERNEL, "a stack in the kernel", "AU-REG-08");
    register("fs_base", NOT_CANONICAL, "thread data at no address", "AU-REG-04");
    register("fs_base", KERNEL, "thread data in the kernel", "AU-REG-04");
    register("gs_base", KERNEL, "data in the kernel", "AU-REG-04");
    for (int call : new int[] {59, 231, 101, 0x3fff}) {
      attack(
          "call-again-" + call,
          "a system call of the image's choice",
          "AU-REG-09",
          image -> {
            register(image, "rax", -512);
            register(image, "orig_rax", call);
          });
    }
  }

  private void extendedRegisters() {
    attack(
        "mxcsr",
        "reserved bits",
        "AU-REG-11",
        image -> image.set(regset(image, NT_X86_XSTATE) + 24, Numbers.of(4, 0x11f80)));
    for (int bit : new int[] {8, 10, 62}) {
      attack(
          "xstate-" + bit,
          "state of the supervisor",
          "AU-REG-12",
          image -> image.set(regset(image, NT_X86_XSTATE) + 512 + bit / 8, (byte) (1 << bit % 8)));
    }
    attack(
        "xcomp",
        "a compacted area",
        "AU-REG-13",
        image -> image.set(regset(image, NT_X86_XSTATE) + 527, (byte) 0x80));
    attack(
        "xstate-reserved",
        "bytes that are reserved",
        "AU-REG-13",
        image -> image.set(regset(image, NT_X86_XSTATE) + 570, (byte) 1));
  }

  private void kernelWords() {
    attack(
        "exit-address-kernel",
        "a word that the kernel writes",
        "AU-REG-14",
        image -> image.set("THREADS/0/clear_tid_address", KERNEL));
    attack(
        "exit-address-odd",
        "a word that the kernel writes",
        "AU-REG-14",
        image ->
            image.set("THREADS/0/clear_tid_address", image.get("THREADS/0/clear_tid_address") + 1));
    attack(
        "robust-kernel",
        "a list that the kernel walks",
        "AU-REG-14",
        image -> image.set("THREADS/0/robust_address", KERNEL));
    attack(
        "robust-length",
        "a list of another kind",
        "AU-REG-14",
        image -> image.set("THREADS/0/robust_bytes", 25));
    attack(
        "rseq-kernel",
        "an area that the kernel writes",
        "AU-REG-14",
        image -> image.set("THREADS/0/rseq_address", KERNEL));
    attack(
        "rseq-odd",
        "an area that the kernel writes",
        "AU-REG-14",
        image -> image.set("THREADS/0/rseq_address", image.get("THREADS/0/rseq_address") + 8));
  }

  private void memory() {
    attack(
        "page-zero",
        "an aid to exploits of the kernel",
        "AU-MEM-03",
        image -> image.set("VMAS/0/first_page", 1).set("VMAS/0/object_page", 1));
    attack(
        "code-replaced",
        "code that is another on disk",
        "AU-MEM-07",
        image -> {
          String field = "VMAS/heap/0/digest";
          byte[] digest = image.bytes(field);
          digest[0] ^= 1;
          image.set(field, digest);
        });
    attack(
        "write-and-execute",
        "code made of data",
        "AU-MEM-09",
        image -> image.set("VMAS/" + image.find(Table.VMAS, "protection", 5) + "/protection", 7));
    attack(
        "stack-executable",
        "code from nowhere",
        "AU-MEM-09 AU-MEM-10",
        image -> image.set("VMAS/" + image.find(Table.VMAS, "kind", 3) + "/protection", 7));
    attack(
        "memory-of-others",
        "memory of a kind that is shared",
        "AU-MEM-04",
        image -> {
          int row = image.find(Table.VMAS, "kind", 1);
          image.set("VMAS/" + row + "/kind", 9);
        });
  }

  private void identity() {
    attack(
        "seccomp-left-out",
        "a program without its sandbox",
        "AU-CRD-05",
        image -> image.set("CREDENTIALS/0/seccomp_mode", 2));
  }

  private void attributes() {
    for (int personality : new int[] {0x400000, 0x100000, 0x200000, 8}) {
      attack(
          "personality-" + Integer.toHexString(personality),
          "data that becomes code",
          "AU-PRC-01",
          image -> image.set("PROCESSES/0/personality", personality));
    }
    attack(
        "arguments-elsewhere",
        "lies in /proc",
        "AU-PRC-04",
        image -> image.set("PROCESSES/0/arg_start", 0x10000).set("PROCESSES/0/arg_end", 0x10010));
    attack(
        "environment-wraps",
        "lies in /proc",
        "AU-PRC-04",
        image -> image.set("PROCESSES/0/env_end", image.get("PROCESSES/0/env_start") - 1));
    attack(
        "vdso-elsewhere",
        "jumps into another vdso",
        "AU-PRC-05",
        image -> {
          int at = image.offset("PROCESSES/heap/0/auxv");
          while (Numbers.get(
                  image.bytes("PROCESSES/heap/0/auxv"),
                  at - image.offset("PROCESSES/heap/0/auxv"),
                  8)
              != 33) {
            at += 16;
          }
          image.set(at + 8, Numbers.of(8, 0x10000));
        });
  }

  private void host() {
    attack(
        "registers-of-another-cpu",
        "registers that are lost",
        "AU-HST-04",
        image -> image.set("SYSTEM/0/xcr0", image.get("SYSTEM/0/xcr0") | 1L << 40));
    attack(
        "clock-ahead",
        "sleeps that never end",
        "AU-CLK-02",
        image -> image.set("ORIGIN/0/monotonic_nanos", 1L << 61));
  }
}

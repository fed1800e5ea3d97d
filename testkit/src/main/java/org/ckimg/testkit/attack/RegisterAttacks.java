package org.ckimg.testkit.attack;

import java.util.Arrays;
import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Table;

/** Lies about registers, and words that the kernel writes for a thread. */
final class RegisterAttacks {
  private static final int NT_PRSTATUS = 1;
  private static final int NT_X86_XSTATE = 0x202;
  private static final int SCHED_DEADLINE = 6;

  /** Places in {@code user_regs_struct}, by name, eight bytes each. */
  private static final List<String> REGISTERS =
      Arrays.asList(
          ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss"
                  + " fs_base gs_base ds es fs gs")
              .split(" "));

  private final Lies lies = new Lies(Subject.EVERY);

  private RegisterAttacks() {}

  static List<Attack> all() {
    RegisterAttacks all = new RegisterAttacks();
    all.registers();
    all.extendedRegisters();
    all.kernelWords();
    all.threads();
    return all.lies.told();
  }

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
    lies.tell(text, against, rules, image -> register(image, name, value));
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
    register("rip", Lies.KERNEL, "a start in the kernel", "AU-REG-03");
    register("rip", Lies.NOT_CANONICAL, "a start at no address", "AU-REG-03");
    register("rip", 0xffffffffff600000L, "a start in the vsyscall page", "AU-REG-03");
    lies.tell(
        "rip-data",
        "a start in data",
        "AU-REG-03",
        image -> register(image, "rip", image.get("PROCESSES/0/arg_start")));
    register("rsp", Lies.NOT_CANONICAL, "a stack at no address", "AU-REG-08");
    register("rsp", Lies.KERNEL, "a stack in the kernel", "AU-REG-08");
    register("fs_base", Lies.NOT_CANONICAL, "thread data at no address", "AU-REG-04");
    register("fs_base", Lies.KERNEL, "thread data in the kernel", "AU-REG-04");
    lies.tell(
        "fs-base-in-code",
        "thread data over code",
        "AU-REG-04",
        image -> register(image, "fs_base", image.get("PROCESSES/0/start_code")));
    register("gs_base", Lies.KERNEL, "data in the kernel", "AU-REG-04");
    for (int call : new int[] {15, 59, 87, 101, 231, 0x3fff}) {
      lies.tell(
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
    lies.tell(
        "mxcsr",
        "reserved bits",
        "AU-REG-11",
        image -> image.set(regset(image, NT_X86_XSTATE) + 24, Numbers.of(4, 0x11f80)));
    for (int bit : new int[] {8, 10, 11, 18, 62}) {
      lies.tell(
          "xstate-" + bit,
          "state of the supervisor",
          "AU-REG-12",
          image -> image.set(regset(image, NT_X86_XSTATE) + 512 + bit / 8, (byte) (1 << bit % 8)));
    }
    lies.bend(
        "xstate-none",
        "state that was lost",
        "AU-REG-18",
        image -> image.set(regset(image, NT_X86_XSTATE) + 512, Numbers.of(8, 0)));
    lies.tell(
        "xcomp",
        "a compacted area",
        "AU-REG-13",
        image -> image.set(regset(image, NT_X86_XSTATE) + 527, (byte) 0x80));
    lies.tell(
        "xstate-reserved",
        "bytes that are reserved",
        "AU-REG-13",
        image -> image.set(regset(image, NT_X86_XSTATE) + 570, (byte) 1));
  }

  private void kernelWords() {
    lies.tell(
        "exit-address-kernel",
        "a word that the kernel writes",
        "AU-REG-14",
        image -> image.set("THREADS/0/clear_tid_address", Lies.KERNEL));
    lies.tell(
        "exit-address-odd",
        "a word that the kernel writes",
        "AU-REG-14",
        image ->
            image.set("THREADS/0/clear_tid_address", image.get("THREADS/0/clear_tid_address") + 1));
    lies.tell(
        "robust-kernel",
        "a list that the kernel walks",
        "AU-REG-14",
        image -> image.set("THREADS/0/robust_address", Lies.KERNEL));
    lies.tell(
        "robust-length",
        "a list of another kind",
        "AU-REG-14",
        image -> image.set("THREADS/0/robust_bytes", 25));
    lies.tell(
        "rseq-section",
        "a sequence that leads to data",
        "AU-REG-17",
        // What stands 8 bytes behind it is then the address of a string, and no sequence.
        image -> {
          long vector = image.get("PROCESSES/0/arg_start");
          image.set("THREADS/0/rseq_address", vector + 31 & -32).set("THREADS/0/rseq_bytes", 32);
        });
    lies.tell(
        "rseq-kernel",
        "an area that the kernel writes",
        "AU-REG-14",
        image -> image.set("THREADS/0/rseq_address", Lies.KERNEL));
    lies.tell(
        "rseq-odd",
        "an area that the kernel writes",
        "AU-REG-14",
        image -> image.set("THREADS/0/rseq_address", image.get("THREADS/0/rseq_address") + 8));
  }

  private void threads() {
    lies.tell(
        "mask-unknown",
        "signals that come too early",
        "AU-REG-01",
        image -> Lies.forget(image, "THREADS/0", 1, "blocked"));
    lies.tell(
        "scheduled-first",
        "a processor of its own",
        "AU-REG-05",
        image -> image.set("THREADS/0/policy", SCHED_DEADLINE));
    lies.tell(
        "returning",
        "a frame of a signal that never was",
        "AU-REG-15 AU-REG-16",
        image -> {
          int action = 0;
          while (image.get("SIGNALS/" + action + "/restorer") == 0) {
            action++;
          }
          register(image, "rip", image.get("SIGNALS/" + action + "/restorer"));
        });
  }
}

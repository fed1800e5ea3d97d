package org.ckimg.tools.decode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;

/**
 * General registers of a thread under the kernel's names.
 *
 * @param values by name, in the kernel's order; empty when the machine or its layout is not known
 * @param mxcsr control and status of the vector unit (x86)
 * @param instruction where the thread goes on
 * @param stack its stack pointer
 */
public record RegisterFile(
    Map<String, Long> values, OptionalInt mxcsr, OptionalLong instruction, OptionalLong stack) {
  private static final int AARCH64 = 183;
  private static final int NT_PRFPREG = 2;

  /** Of the FXSAVE area, with which an XSAVE area starts. */
  private static final int MXCSR_OFFSET = 24;

  private static final Set<String> PLACES =
      Set.of(
          "rip rsp cs ss ds es fs gs fs_base gs_base eflags rflags orig_rax pc sp pstate"
              .split(" "));

  /** {@code struct user_regs_struct} of {@code sys/user.h}, 8 bytes each. */
  private static final List<String> X86_64_NAMES =
      List.of(
          "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss"
              .concat(" fs_base gs_base ds es fs gs")
              .split(" "));

  /** {@code struct reg} of {@code cpu/x86_64/include/reg.h} of DragonFly, 8 bytes each. */
  private static final List<String> DRAGONFLY_NAMES =
      List.of(
          "rdi rsi rdx rcx r8 r9 rax rbx rbp r10 r11 r12 r13 r14 r15 xflags trapno addr flags err"
              .concat(" rip cs rflags rsp ss")
              .split(" "));

  /** {@code struct user_pt_regs} of {@code asm/ptrace.h}, 8 bytes each. */
  private static final List<String> AARCH64_NAMES =
      List.of(
          "x0 x1 x2 x3 x4 x5 x6 x7 x8 x9 x10 x11 x12 x13 x14 x15 x16 x17 x18 x19 x20 x21 x22 x23"
              .concat(" x24 x25 x26 x27 x28 x29 x30 sp pc pstate")
              .split(" "));

  /** Decodes what the thread has. */
  public static RegisterFile of(ThreadState thread, Host host) {
    Map<String, Long> values =
        thread
            .regset(Regset.NT_PRSTATUS)
            .map(data -> values(data, host))
            .orElseGet(LinkedHashMap::new);
    return new RegisterFile(
        values, mxcsr(thread, host), first(values, "rip", "pc"), first(values, "rsp", "sp"));
  }

  private static Map<String, Long> values(Bytes data, Host host) {
    Map<String, Long> values = new LinkedHashMap<>();
    List<String> names = names(host);
    Words words = new Words(data, host);
    if (words.length() == names.size() * Long.BYTES) {
      for (int i = 0; i < names.size(); i++) {
        values.put(names.get(i), words.word64(i * Long.BYTES));
      }
    }
    return values;
  }

  /**
   * General registers of which only those are left that say where a thread is: instruction, stack,
   * segments and flags. Of a machine that is not known none is left.
   */
  public static Bytes placesOf(Bytes data, Host host) {
    byte[] left = new byte[data.length()];
    List<String> names = names(host);
    if (left.length == names.size() * Long.BYTES) {
      for (int i = 0; i < left.length; i++) {
        left[i] = PLACES.contains(names.get(i / Long.BYTES)) ? data.at(i) : 0;
      }
    }
    return Bytes.of(left);
  }

  private static List<String> names(Host host) {
    return switch (host.machine()) {
      case Host.X86_64 -> host.system() == Host.DRAGONFLY ? DRAGONFLY_NAMES : X86_64_NAMES;
      case AARCH64 -> AARCH64_NAMES;
      default -> List.of();
    };
  }

  private static OptionalInt mxcsr(ThreadState thread, Host host) {
    Optional<Bytes> area = thread.regset(Regset.NT_X86_XSTATE).or(() -> thread.regset(NT_PRFPREG));
    // DragonFly keeps the x87 part of the state alone.
    if (host.machine() != Host.X86_64 || host.system() == Host.DRAGONFLY || area.isEmpty()) {
      return OptionalInt.empty();
    }
    Words words = new Words(area.get(), host);
    return words.length() < MXCSR_OFFSET + Integer.BYTES
        ? OptionalInt.empty()
        : OptionalInt.of(words.word32(MXCSR_OFFSET));
  }

  private static OptionalLong first(Map<String, Long> values, String... names) {
    for (String name : names) {
      if (values.containsKey(name)) {
        return OptionalLong.of(values.get(name));
      }
    }
    return OptionalLong.empty();
  }
}

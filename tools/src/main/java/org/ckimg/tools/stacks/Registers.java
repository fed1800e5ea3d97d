package org.ckimg.tools.stacks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.spec.model.Host;
import org.ckimg.tools.decode.RegisterFile;

/**
 * Registers of a frame by their DWARF numbers; of a caller only those are known that were kept or
 * saved. Immutable.
 *
 * @param values by number
 */
record Registers(Map<Integer, Long> values) {
  /** Frame pointer of x86-64. */
  static final int FRAME = 6;

  /** Stack pointer of x86-64. */
  static final int STACK = 7;

  /** Where the frame goes on: the return address column of x86-64. */
  static final int INSTRUCTION = 16;

  /** System V ABI, AMD64 supplement, figure 3.36: the numbers 0 to 16. */
  private static final List<String> X86_64 =
      List.of(
          "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15", "rip");

  Registers {
    values = Map.copyOf(values);
  }

  /** True when frames of this machine can be unwound. */
  static boolean knows(Host host) {
    return host.machine() == Host.X86_64;
  }

  /** Those of a thread. */
  static Registers of(RegisterFile file) {
    Map<Integer, Long> values = new HashMap<>();
    for (int i = 0; i < X86_64.size(); i++) {
      Long value = file.values().get(X86_64.get(i));
      if (value != null) {
        values.put(i, value);
      }
    }
    return new Registers(values);
  }

  /** True when all are known that unwinding starts from. */
  boolean isWhole() {
    return values.containsKey(INSTRUCTION) && values.containsKey(STACK);
  }

  long get(int number) throws BadFrameException {
    Long value = values.get(number);
    if (value == null) {
      throw new BadFrameException("register %d is not known".formatted(number));
    }
    return value;
  }

  /** Where the frame goes on. */
  long instruction() {
    return values.get(INSTRUCTION);
  }

  long stack() {
    return values.get(STACK);
  }
}

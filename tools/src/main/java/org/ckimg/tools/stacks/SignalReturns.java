package org.ckimg.tools.stacks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.tools.memory.AddressSpace;
import org.ckimg.tools.stacks.Backtrace.End;

/**
 * The code that a signal handler returns to, and what the kernel left for it on the stack: {@code
 * struct ucontext} of {@code asm/ucontext.h}, x86-64.
 */
final class SignalReturns {
  /** {@code mov $__NR_rt_sigreturn, %rax; syscall}, as every C library has it; gdb knows it so. */
  private static final byte[] CODE = {0x48, (byte) 0xc7, (byte) 0xc0, 15, 0, 0, 0, 0x0f, 0x05};

  private static final int SYSCALL_AT = 7;
  private static final int CONTEXT_AT = 40;

  /** DWARF numbers in the order of {@code struct sigcontext}: r8 to r15, rdi … rsp, rip. */
  private static final List<Integer> CONTEXT =
      List.of(8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16);

  private final AddressSpace memory;
  private final Set<Long> restorers;

  SignalReturns(ProcessState process, AddressSpace memory) {
    this.memory = memory;
    this.restorers =
        process.actions().orElse(List.of()).stream()
            .map(SignalAction::restorer)
            .filter(restorer -> restorer != 0)
            .collect(Collectors.toSet());
  }

  /** True for an address in such code. */
  boolean isAt(long address) throws IOException {
    Optional<ByteBuffer> code = memory.bytes(address, CODE.length);
    if (code.isEmpty()) {
      return restorers.contains(address);
    }
    return Arrays.equals(code.get().array(), CODE) || isAtSyscall(address);
  }

  private boolean isAtSyscall(long address) throws IOException {
    Optional<ByteBuffer> code = memory.bytes(address - SYSCALL_AT, CODE.length);
    return code.isPresent() && Arrays.equals(code.get().array(), CODE);
  }

  /** What was interrupted. */
  Step interrupted(Registers registers) throws IOException {
    Optional<ByteBuffer> context =
        memory.bytes(registers.stack() + CONTEXT_AT, CONTEXT.size() * Long.BYTES);
    if (context.isEmpty()) {
      return new Step.Ended(End.LOST);
    }
    Map<Integer, Long> values = new HashMap<>();
    for (int number : CONTEXT) {
      values.put(number, context.get().getLong());
    }
    return new Step.Caller(new Registers(values), Trust.SIGNAL);
  }
}

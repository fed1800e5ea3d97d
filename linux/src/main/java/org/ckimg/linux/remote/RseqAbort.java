package org.ckimg.linux.remote;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.sys.SyscallException;

/**
 * A thread that was stopped inside a restartable sequence goes on at its abort handler, as after
 * any interruption, rseq(2): other code runs on the thread in between, and the kernel then forgets
 * the sequence.
 */
final class RseqAbort {
  private static final int CRITICAL_SECTION_OFFSET = 8;
  private static final int CRITICAL_SECTION_BYTES = 32;

  private RseqAbort() {}

  static Registers apply(int tid, Registers registers) throws SyscallException {
    Optional<Ptrace.RseqConfiguration> area = Ptrace.rseq(tid);
    if (area.isEmpty()) {
      return registers;
    }
    long section = read(tid, area.get().address() + CRITICAL_SECTION_OFFSET, 8).getLong(0);
    if (section == 0) {
      return registers;
    }
    ByteBuffer descriptor = read(tid, section, CRITICAL_SECTION_BYTES);
    long start = descriptor.getLong(8);
    long length = descriptor.getLong(16);
    boolean inside = Long.compareUnsigned(registers.get(Name.RIP) - start, length) < 0;
    return inside ? registers.with(Name.RIP, descriptor.getLong(24)) : registers;
  }

  private static ByteBuffer read(int tid, long address, int length) throws SyscallException {
    return ByteBuffer.wrap(TargetMemory.read(tid, address, length)).order(ByteOrder.LITTLE_ENDIAN);
  }
}

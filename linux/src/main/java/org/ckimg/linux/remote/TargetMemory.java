package org.ckimg.linux.remote;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/** Small reads and writes in the memory of another process. */
final class TargetMemory {
  private TargetMemory() {}

  static byte[] read(int pid, long address, int length) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(length, 8);
      long done = ProcessCalls.readMemory(pid, address, buffer);
      requireAll("process_vm_readv", pid, address, length, done);
      return NativeBytes.bytes(buffer, length);
    }
  }

  static void write(int pid, long address, byte[] bytes) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      long done = ProcessCalls.writeMemory(pid, address, NativeBytes.copyOf(arena, bytes));
      requireAll("process_vm_writev", pid, address, bytes.length, done);
    }
  }

  private static void requireAll(String call, int pid, long address, int length, long done)
      throws SyscallException {
    if (done != length) {
      throw new SyscallException(
          call,
          Errno.EFAULT,
          "pid %d at 0x%x: %d of %d bytes".formatted(pid, address, done, length));
    }
  }
}

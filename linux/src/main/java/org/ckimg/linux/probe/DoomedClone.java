package org.ckimg.linux.probe;

import static org.ckimg.linux.sys.NativeBytes.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.linux.remote.CloneArgs;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/**
 * clone3(2) with a tid that cannot be given, so that no task is ever made. The kernel looks at the
 * tid late: what it says before tells whether the rest would be permitted.
 */
final class DoomedClone {
  static final int E2BIG = 7;

  private DoomedClone() {}

  /**
   * Attempts it; the memory is shared, because copying page tables is dear.
   *
   * @param flags CLONE_ bits besides CLONE_VM
   * @param impossibleTid below 1, or in use
   * @return always -errno
   */
  static long attempt(long flags, int impossibleTid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tid = arena.allocate(8, 8);
      tid.set(INT, 0, impossibleTid);
      byte[] arguments = CloneArgs.bytes(flags | CloneArgs.CLONE_VM, 0, tid.address(), 1);
      long address = NativeBytes.copyOf(arena, arguments).address();
      return Syscalls.call(Sys.CLONE3, address, CloneArgs.BYTES);
    }
  }
}

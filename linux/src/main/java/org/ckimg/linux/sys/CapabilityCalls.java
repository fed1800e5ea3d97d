package org.ckimg.linux.sys;

import static org.ckimg.linux.sys.NativeBytes.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Capabilities of the calling thread, capget(2). */
public final class CapabilityCalls {
  private static final int VERSION_3 = 0x20080522;

  /** Effective, permitted, inheritable: of the low 32 capabilities, then of the high ones. */
  private static final int HALF = 12;

  private CapabilityCalls() {}

  /**
   * Makes the effective set this one, and leaves the others as they are.
   *
   * @param effective among those that are permitted, bit n is capability n
   */
  public static void setEffective(long effective) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocate(8, 4);
      header.set(INT, 0, VERSION_3);
      MemorySegment sets = arena.allocate(2 * HALF, 4);
      Syscalls.check("capget", Syscalls.call(Sys.CAPGET, header.address(), sets.address()), "tool");
      sets.set(INT, 0, (int) effective);
      sets.set(INT, HALF, (int) (effective >>> 32));
      Syscalls.check("capset", Syscalls.call(Sys.CAPSET, header.address(), sets.address()), "tool");
    }
  }
}

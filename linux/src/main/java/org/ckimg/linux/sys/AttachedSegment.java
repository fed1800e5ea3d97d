package org.ckimg.linux.sys;

import java.lang.foreign.MemorySegment;

/** A segment of System V shared memory that this process has attached, shmat(2). */
public final class AttachedSegment implements AutoCloseable {
  private static final int MADV_REMOVE = 9;

  private final MemorySegment memory;

  private AttachedSegment(MemorySegment memory) {
    this.memory = memory;
  }

  /**
   * Attaches a segment, readable and writable.
   *
   * @param bytes that it has
   */
  public static AttachedSegment of(int id, long bytes) throws SyscallException {
    long at = Syscalls.check("shmat", Syscalls.call(Sys.SHMAT, id, 0, 0), "segment " + id);
    return new AttachedSegment(MemorySegment.ofAddress(at).reinterpret(bytes));
  }

  /** All of it; not to be used any more when this is closed. */
  public MemorySegment memory() {
    return memory;
  }

  /** Gives whole pages of zeroes back to the system, where it takes them: madvise(2). */
  public void free(long offset, long length) {
    Syscalls.call(Sys.MADVISE, memory.address() + offset, length, MADV_REMOVE);
  }

  @Override
  public void close() {
    Syscalls.call(Sys.SHMDT, memory.address());
  }
}

package org.ckimg.linux.sys;

import static org.ckimg.linux.sys.NativeBytes.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Pipes, pipe(7). */
public final class PipeCalls {
  private static final int F_SETPIPE_SZ = 1031;
  private static final int F_GETPIPE_SZ = 1032;
  private static final int SPLICE_F_NONBLOCK = 2;
  private static final int FIONREAD = 0x541b;

  private PipeCalls() {}

  /** Both ends of a pipe, close-on-exec. */
  public record Ends(int reader, int writer) {}

  /** Makes a pipe that takes at least {@code capacity} bytes; its reader does not block. */
  public static Ends make(int capacity) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(2 * Integer.BYTES, Integer.BYTES);
      int flags = FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;
      Syscalls.check("pipe2", Syscalls.call(Sys.PIPE2, ends.address(), flags), "");
      Ends made = new Ends(ends.get(INT, 0), ends.get(INT, Integer.BYTES));
      try {
        FileCalls.fcntl(made.writer(), F_SETPIPE_SZ, capacity);
        return made;
      } catch (SyscallException e) {
        FileCalls.close(made.reader());
        FileCalls.close(made.writer());
        throw e;
      }
    }
  }

  /** Bytes that a pipe takes. */
  public static int capacity(int fd) throws SyscallException {
    return (int) FileCalls.fcntl(fd, F_GETPIPE_SZ, 0);
  }

  /** Bytes that were written and not read. */
  public static int bytesInside(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(Integer.BYTES, Integer.BYTES);
      Syscalls.check(
          "ioctl(FIONREAD)", Syscalls.call(Sys.IOCTL, fd, FIONREAD, count.address()), "pipe");
      return count.get(INT, 0);
    }
  }

  /**
   * Copies what is in a pipe and leaves it there, tee(2).
   *
   * @param reader of the one
   * @param writer of the other, which has as much room
   */
  public static void tee(int reader, int writer) throws SyscallException {
    Syscalls.check(
        "tee", Syscalls.call(Sys.TEE, reader, writer, 1 << 30, SPLICE_F_NONBLOCK), "pipe");
  }
}

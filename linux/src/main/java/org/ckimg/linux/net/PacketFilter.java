package org.ckimg.linux.net;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.LONG;
import static org.ckimg.linux.sys.NativeBytes.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * A filter of a socket that lets nothing arrive, {@code SO_ATTACH_FILTER} of socket(7): to the
 * other end the packets seem lost, and it sends them again. The socket had none before.
 */
public final class PacketFilter {
  private static final int SO_ATTACH_FILTER = 26;
  private static final int SO_DETACH_FILTER = 27;

  /** {@code BPF_RET | BPF_K} with nothing: no byte of a packet is kept. */
  private static final short RETURN_CONSTANT = 6;

  private PacketFilter() {}

  /** Lets nothing arrive from now on. */
  public static void dropAll(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instruction = arena.allocate(8, 8);
      instruction.set(SHORT, 0, RETURN_CONSTANT);
      instruction.set(INT, 4, 0);
      MemorySegment program = arena.allocate(16, 8);
      program.set(SHORT, 0, (short) 1);
      program.set(LONG, 8, instruction.address());
      byte[] value = NativeBytes.bytes(program, program.byteSize());
      SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SO_ATTACH_FILTER, value);
    }
  }

  /** True for a filter as this class makes it. */
  public static boolean dropsAll(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instruction = arena.allocate(8, 8);
      MemorySegment count = arena.allocate(8, 8);
      count.set(INT, 0, 1);
      long result =
          Syscalls.call(
              Sys.GETSOCKOPT,
              fd,
              SocketCalls.SOL_SOCKET,
              SO_ATTACH_FILTER,
              instruction.address(),
              count.address());
      return result == 0 && count.get(INT, 0) == 1 && instruction.get(LONG, 0) == RETURN_CONSTANT;
    }
  }

  /** Lets packets arrive again. */
  public static void remove(int fd) throws SyscallException {
    SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SO_DETACH_FILTER, 0);
  }
}

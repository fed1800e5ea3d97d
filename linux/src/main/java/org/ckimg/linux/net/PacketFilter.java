package org.ckimg.linux.net;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.LONG;
import static org.ckimg.linux.sys.NativeBytes.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * A filter of a socket that lets nothing arrive, {@code SO_ATTACH_FILTER} of socket(7): to the
 * other end the packets seem lost, and it sends them again. The socket had none before. The program
 * begins with a number that it does nothing with, for whoever finds the filter later.
 */
public final class PacketFilter {
  private static final int SO_ATTACH_FILTER = 26;
  private static final int SO_DETACH_FILTER = 27;

  /** {@code BPF_LD | BPF_IMM} of {@code linux/bpf_common.h}. */
  private static final short LOAD_NUMBER = 0;

  /** {@code BPF_RET | BPF_K} with 0: no byte of a packet is kept. */
  private static final long KEEP_NOTHING = 6;

  private static final int INSTRUCTIONS = 2;
  private static final int INSTRUCTION_BYTES = 8;
  private static final int NUMBER = 4;

  private PacketFilter() {}

  /** Lets nothing arrive from now on. */
  public static void dropAll(int fd, int note) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate(INSTRUCTIONS * INSTRUCTION_BYTES, 8);
      code.set(SHORT, 0, LOAD_NUMBER);
      code.set(INT, NUMBER, note);
      code.set(LONG, INSTRUCTION_BYTES, KEEP_NOTHING);
      MemorySegment program = arena.allocate(16, 8);
      program.set(SHORT, 0, (short) INSTRUCTIONS);
      program.set(LONG, 8, code.address());
      byte[] value = NativeBytes.bytes(program, program.byteSize());
      SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SO_ATTACH_FILTER, value);
    }
  }

  /** The number in a filter that this class has made; empty for a socket with none, or another. */
  public static OptionalInt note(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate(INSTRUCTIONS * INSTRUCTION_BYTES, 8);
      MemorySegment count = arena.allocate(8, 8);
      count.set(INT, 0, INSTRUCTIONS);
      long result =
          Syscalls.call(
              Sys.GETSOCKOPT,
              fd,
              SocketCalls.SOL_SOCKET,
              SO_ATTACH_FILTER,
              code.address(),
              count.address());
      boolean ours =
          result == 0
              && count.get(INT, 0) == INSTRUCTIONS
              && code.get(INT, 0) == LOAD_NUMBER
              && code.get(LONG, INSTRUCTION_BYTES) == KEEP_NOTHING;
      return ours ? OptionalInt.of(code.get(INT, NUMBER)) : OptionalInt.empty();
    }
  }

  /** Lets packets arrive again. */
  public static void remove(int fd) throws SyscallException {
    SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SO_DETACH_FILTER, 0);
  }
}

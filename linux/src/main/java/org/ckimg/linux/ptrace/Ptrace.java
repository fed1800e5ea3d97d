package org.ckimg.linux.ptrace;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/** ptrace(2) requests; to be called on the thread of a {@link Tracer} only. */
public final class Ptrace {
  /** Syscall stops report SIGTRAP | 0x80, which no signal can be mistaken for. */
  public static final int O_TRACESYSGOOD = 1;

  public static final int O_TRACEFORK = 2;
  public static final int O_TRACECLONE = 8;
  public static final int O_TRACEEXEC = 16;

  /** The tracee is killed when the tracer ends. */
  public static final int O_EXITKILL = 1 << 20;

  /** Seccomp filters do not act while traced; needs CAP_SYS_ADMIN. */
  public static final int O_SUSPEND_SECCOMP = 1 << 21;

  public static final int NT_PRSTATUS = 1;
  public static final int NT_X86_XSTATE = 0x202;

  private static final int CONT = 7;
  private static final int DETACH = 17;
  private static final int SYSCALL = 24;
  private static final int SETOPTIONS = 0x4200;
  private static final int GETEVENTMSG = 0x4201;
  private static final int GETSIGINFO = 0x4202;
  private static final int GETREGSET = 0x4204;
  private static final int SETREGSET = 0x4205;
  private static final int SEIZE = 0x4206;
  private static final int INTERRUPT = 0x4207;
  private static final int PEEKSIGINFO = 0x4209;
  private static final int GETSIGMASK = 0x420a;
  private static final int SETSIGMASK = 0x420b;
  private static final int SECCOMP_GET_FILTER = 0x420c;
  private static final int SECCOMP_GET_METADATA = 0x420d;
  private static final int GET_RSEQ_CONFIGURATION = 0x420f;
  private static final int GET_SYSCALL_USER_DISPATCH_CONFIG = 0x4211;

  private static final int MAX_XSTATE = 32 << 10;
  private static final int SIGINFO_BYTES = 128;
  private static final int SIGINFO_CHUNK = 64;
  private static final int MAX_FILTER_INSTRUCTIONS = 4096;
  private static final long END_TIMEOUT_MILLIS = 60_000;

  private Ptrace() {}

  private static long request(String name, int request, int tid, long address, long data)
      throws SyscallException {
    return Syscalls.check(
        "ptrace(" + name + ")",
        Syscalls.call(Sys.PTRACE, request, tid, address, data),
        "tid " + tid);
  }

  /** Attaches without stopping. */
  public static void seize(int tid, int options) throws SyscallException {
    request("SEIZE", SEIZE, tid, 0, options);
  }

  /** Asks for a stop, which {@link #sleep} then reports. */
  public static void interrupt(int tid) throws SyscallException {
    request("INTERRUPT", INTERRUPT, tid, 0, 0);
  }

  /** Goes on, with a signal or 0. */
  public static void resume(int tid, int signal) throws SyscallException {
    request("CONT", CONT, tid, 0, signal);
  }

  /** Goes on to the next entry to or exit from a system call. */
  public static void resumeToSyscall(int tid) throws SyscallException {
    request("SYSCALL", SYSCALL, tid, 0, 0);
  }

  /** Lets go. */
  public static void detach(int tid) throws SyscallException {
    request("DETACH", DETACH, tid, 0, 0);
  }

  /** Sets options. */
  public static void setOptions(int tid, int options) throws SyscallException {
    request("SETOPTIONS", SETOPTIONS, tid, 0, options);
  }

  /** Message of the last event stop: a tid for clone events. */
  public static long eventMessage(int tid) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(8, 8);
      request("GETEVENTMSG", GETEVENTMSG, tid, 0, message.address());
      return message.get(LONG, 0);
    }
  }

  /**
   * Waits for the next stop or the end of a task and leaves the processor to it meanwhile; empty
   * when nothing was reported within {@code timeoutMillis}.
   */
  public static Optional<Stop> sleep(int tid, long timeoutMillis) throws SyscallException {
    return ProcessCalls.wait(tid, ProcessCalls.WALL, timeoutMillis)
        .map(waited -> new Stop(waited.status()));
  }

  /** The same for what takes microseconds: this thread stays awake at first. */
  public static Optional<Stop> await(int tid, long timeoutMillis) throws SyscallException {
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    for (int round = 0; ; round++) {
      ProcessCalls.Waited waited = ProcessCalls.wait(tid, ProcessCalls.WALL | ProcessCalls.WNOHANG);
      if (waited.pid() != 0) {
        return Optional.of(new Stop(waited.status()));
      }
      if (System.nanoTime() > deadline) {
        return Optional.empty();
      }
      if (round > 1000) {
        java.util.concurrent.locks.LockSupport.parkNanos(200_000);
      }
    }
  }

  /**
   * Waits until a task that was killed has ended, whatever stops come before.
   *
   * @throws SyscallException with ETIMEDOUT when it has not after a minute: an uninterruptible wait
   */
  public static void awaitEnd(int tid) throws SyscallException {
    Optional<Stop> stop;
    do {
      stop = await(tid, END_TIMEOUT_MILLIS);
    } while (stop.isPresent() && stop.get().stopped());
    if (stop.isEmpty()) {
      throw new SyscallException("wait4", Errno.ETIMEDOUT, "task " + tid + " was killed");
    }
  }

  /** A register set in the kernel's layout. */
  public static byte[] regset(int tid, int type) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(MAX_XSTATE, 64);
      MemorySegment vector = vector(arena, data);
      request("GETREGSET", GETREGSET, tid, type, vector.address());
      return NativeBytes.bytes(data, vector.get(LONG, 8));
    }
  }

  /** Sets a register set. */
  public static void setRegset(int tid, int type, byte[] value) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(value.length, 64);
      MemorySegment.copy(value, 0, data, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, value.length);
      request("SETREGSET", SETREGSET, tid, type, vector(arena, data).address());
    }
  }

  private static MemorySegment vector(Arena arena, MemorySegment data) {
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(LONG, 0, data.address());
    vector.set(LONG, 8, data.byteSize());
    return vector;
  }

  /** General registers. */
  public static Registers registers(int tid) throws SyscallException {
    return Registers.of(regset(tid, NT_PRSTATUS));
  }

  /** Sets the general registers, fs_base and gs_base included. */
  public static void setRegisters(int tid, Registers registers) throws SyscallException {
    setRegset(tid, NT_PRSTATUS, registers.toBytes());
  }

  /** Blocked signals, bit n - 1 is signal n. */
  public static long signalMask(int tid) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(8, 8);
      request("GETSIGMASK", GETSIGMASK, tid, 8, mask.address());
      return mask.get(LONG, 0);
    }
  }

  /** Sets the blocked signals. */
  public static void setSignalMask(int tid, long blocked) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(8, 8);
      mask.set(LONG, 0, blocked);
      request("SETSIGMASK", SETSIGMASK, tid, 8, mask.address());
    }
  }

  /** The signal that stopped the thread, 128 bytes of {@code siginfo_t}. */
  public static byte[] signalInfo(int tid) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(SIGINFO_BYTES, 8);
      request("GETSIGINFO", GETSIGINFO, tid, 0, answer.address());
      return NativeBytes.bytes(answer, SIGINFO_BYTES);
    }
  }

  /**
   * Pending signals, oldest first, 128 bytes of {@code siginfo_t} each.
   *
   * @param shared true for the queue of the whole process
   */
  public static List<byte[]> pendingSignals(int tid, boolean shared) throws SyscallException {
    List<byte[]> pending = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment question = arena.allocate(16, 8);
      MemorySegment answers = arena.allocate((long) SIGINFO_CHUNK * SIGINFO_BYTES, 8);
      while (true) {
        question.set(LONG, 0, pending.size());
        question.set(INT, 8, shared ? 1 : 0);
        question.set(INT, 12, SIGINFO_CHUNK);
        long count =
            request("PEEKSIGINFO", PEEKSIGINFO, tid, question.address(), answers.address());
        for (int i = 0; i < count; i++) {
          pending.add(
              NativeBytes.bytes(
                  answers.asSlice((long) i * SIGINFO_BYTES, SIGINFO_BYTES), SIGINFO_BYTES));
        }
        if (count < SIGINFO_CHUNK) {
          return pending;
        }
      }
    }
  }

  /**
   * A registered rseq area, rseq(2).
   *
   * @param address of struct rseq
   * @param bytes registered length
   * @param signature word in front of abort handlers
   * @param flags registration flags
   */
  public record RseqConfiguration(long address, int bytes, int signature, int flags) {}

  /** The rseq area; empty when none is registered or the kernel cannot tell. */
  public static Optional<RseqConfiguration> rseq(int tid) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(24, 8);
      long result = Syscalls.call(Sys.PTRACE, GET_RSEQ_CONFIGURATION, tid, 24, out.address());
      if (result == -Errno.EIO || result == -Errno.EINVAL) {
        return Optional.empty();
      }
      Syscalls.check("ptrace(GET_RSEQ_CONFIGURATION)", result, "tid " + tid);
      long address = out.get(LONG, 0);
      return address == 0
          ? Optional.empty()
          : Optional.of(
              new RseqConfiguration(address, out.get(INT, 8), out.get(INT, 12), out.get(INT, 16)));
    }
  }

  /**
   * True when system calls of a stopped thread go to a handler of its own, prctl(2)
   * PR_SET_SYSCALL_USER_DISPATCH; false where the kernel has no such thing.
   */
  public static boolean dispatchesSyscalls(int tid) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(32, 8);
      long result =
          Syscalls.call(
              Sys.PTRACE, GET_SYSCALL_USER_DISPATCH_CONFIG, tid, out.byteSize(), out.address());
      if (result == -Errno.EIO || result == -Errno.EINVAL) {
        return false;
      }
      Syscalls.check("ptrace(GET_SYSCALL_USER_DISPATCH_CONFIG)", result, "tid " + tid);
      return out.get(LONG, 0) != 0;
    }
  }

  /**
   * An installed seccomp filter.
   *
   * @param flags SECCOMP_FILTER_FLAG_ bits
   * @param program instructions, 8 bytes each
   */
  public record Filter(long flags, byte[] program) {}

  /**
   * Seccomp filters, oldest first; needs CAP_SYS_ADMIN.
   *
   * @throws SyscallException with EACCES when the caller may not read them
   */
  public static List<Filter> seccompFilters(int tid) throws SyscallException {
    List<Filter> filters = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate(MAX_FILTER_INSTRUCTIONS * 8L, 8);
      MemorySegment metadata = arena.allocate(16, 8);
      while (true) {
        long index = filters.size();
        long length = Syscalls.call(Sys.PTRACE, SECCOMP_GET_FILTER, tid, index, program.address());
        if (length == -Errno.ENOENT) {
          return filters;
        }
        Syscalls.check("ptrace(SECCOMP_GET_FILTER)", length, "tid " + tid);
        metadata.set(LONG, 0, index);
        request("SECCOMP_GET_METADATA", SECCOMP_GET_METADATA, tid, 16, metadata.address());
        filters.add(new Filter(metadata.get(LONG, 8), NativeBytes.bytes(program, length * 8)));
      }
    }
  }
}

package org.ckimg.linux.sys;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** System calls on processes. */
public final class ProcessCalls {
  /** {@code linux/pidfd.h}. */
  private static final int PIDFD_THREAD = 0200;

  public static final int CLOCK_REALTIME = 0;
  public static final int CLOCK_MONOTONIC = 1;
  public static final int CLOCK_BOOTTIME = 7;
  public static final int CLOCK_REALTIME_ALARM = 8;
  public static final int CLOCK_BOOTTIME_ALARM = 9;
  public static final int KCMP_FILE = 0;
  public static final int KCMP_VM = 1;
  public static final int KCMP_FILES = 2;
  public static final int KCMP_FS = 3;
  public static final int KCMP_SIGHAND = 4;
  private static final int KCMP_EPOLL_TFD = 7;
  public static final int WNOHANG = 1;
  public static final int WUNTRACED = 2;

  /** wait4(2): threads and clones too. */
  public static final int WALL = 0x40000000;

  private ProcessCalls() {}

  /** kill(2). */
  public static void kill(int pid, int signal) throws SyscallException {
    Syscalls.check("kill", Syscalls.call(Sys.KILL, pid, signal), "pid " + pid);
  }

  /** Process group of a process, 0 for the caller. */
  public static int group(int pid) {
    return (int) Syscalls.call(Sys.GETPGID, pid);
  }

  /** Session of a process, 0 for the caller. */
  public static int session(int pid) {
    return (int) Syscalls.call(Sys.GETSID, pid);
  }

  /** True when a process or zombie has this pid, whoever owns it. */
  public static boolean exists(int pid) {
    return Syscalls.call(Sys.KILL, pid, 0) != -Errno.ESRCH;
  }

  /** True when a process or zombie is in the process group with this number, or is that number. */
  public static boolean isTaken(int pid) {
    return exists(pid) || Syscalls.call(Sys.KILL, -pid, 0) != -Errno.ESRCH;
  }

  /** Order of kcmp(2): 0 same, 1 less, 2 greater, 3 different. */
  public static int compare(int pidA, int pidB, int type, long a, long b) throws SyscallException {
    return (int)
        Syscalls.check(
            "kcmp", Syscalls.call(Sys.KCMP, pidA, pidB, type, a, b), pidA + " and " + pidB);
  }

  /**
   * Order of a descriptor and the target of an entry of an epoll instance, as {@link #compare} of
   * KCMP_FILE tells.
   *
   * @param pid who has the descriptor
   * @param watcher who has the epoll instance
   * @param number that the entry was added with
   * @param which of several entries with the same number, from 0 in the order of fdinfo
   */
  public static int compareWatched(int pid, int fd, int watcher, int epoll, int number, int which)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment slot = arena.allocate(12, 4);
      slot.set(INT, 0, epoll);
      slot.set(INT, 4, number);
      slot.set(INT, 8, which);
      return compare(pid, watcher, KCMP_EPOLL_TFD, fd, slot.address());
    }
  }

  /** pidfd_open(2). */
  public static int openPidfd(int pid) throws SyscallException {
    return (int) Syscalls.check("pidfd_open", Syscalls.call(Sys.PIDFD_OPEN, pid, 0), "pid " + pid);
  }

  /**
   * pidfd_open(2) of any thread, whose descriptors pidfd_getfd(2) then takes; before Linux 6.9 only
   * of the leader of a process.
   */
  public static int openThreadPidfd(int tid) throws SyscallException {
    long result = Syscalls.call(Sys.PIDFD_OPEN, tid, PIDFD_THREAD);
    return result == -Errno.EINVAL
        ? openPidfd(tid)
        : (int) Syscalls.check("pidfd_open", result, "thread " + tid);
  }

  /** pidfd_getfd(2): the tool's own descriptor of the target's open file description. */
  public static int getFd(int pidfd, int fd) throws SyscallException {
    return (int)
        Syscalls.check("pidfd_getfd", Syscalls.call(Sys.PIDFD_GETFD, pidfd, fd, 0), "fd " + fd);
  }

  /** clock_gettime(2), nanoseconds. */
  public static long clockNanos(int clock) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(16, 8);
      long result = Syscalls.call(Sys.CLOCK_GETTIME, clock, time.address());
      if (result != 0) {
        throw new AssertionError("clock_gettime(" + clock + "): " + Errno.name((int) -result));
      }
      return time.get(LONG, 0) * 1_000_000_000L + time.get(LONG, 8);
    }
  }

  /** timerfd_gettime(2): nanoseconds until it expires, 0 for a timer that is not armed. */
  public static long timerNanosLeft(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(32, 8);
      long result = Syscalls.call(Sys.TIMERFD_GETTIME, fd, time.address());
      Syscalls.check("timerfd_gettime", result, "fd " + fd);
      return time.get(LONG, 16) * 1_000_000_000L + time.get(LONG, 24);
    }
  }

  /**
   * A wait4(2) result.
   *
   * @param pid who changed, 0 when nobody did (WNOHANG)
   * @param status wait status
   */
  public record Waited(int pid, int status) {}

  /** wait4(2), repeated after EINTR. */
  public static Waited wait(int pid, int options) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(4, 4);
      long result;
      do {
        result = Syscalls.call(Sys.WAIT4, pid, status.address(), options, 0);
      } while (result == -Errno.EINTR);
      Syscalls.check("wait4", result, "pid " + pid);
      return new Waited((int) result, status.get(INT, 0));
    }
  }

  /** wait4(2) for at most {@code timeoutMillis}; empty when nobody changed. */
  public static Optional<Waited> wait(int pid, int options, long timeoutMillis)
      throws SyscallException {
    long start = System.nanoTime();
    try (Arena arena = Arena.ofConfined();
        Alarm _ = new Alarm(timeoutMillis)) {
      MemorySegment status = arena.allocate(4, 4);
      while (true) {
        long result = Syscalls.call(Sys.WAIT4, pid, status.address(), options, 0);
        if (result != -Errno.EINTR) {
          Syscalls.check("wait4", result, "pid " + pid);
          return Optional.of(new Waited((int) result, status.get(INT, 0)));
        }
        if (System.nanoTime() - start >= timeoutMillis * 1_000_000) {
          return Optional.empty();
        }
      }
    }
  }

  /** process_vm_readv(2) of one range: bytes read. */
  public static long readMemory(int pid, long address, MemorySegment into) throws SyscallException {
    return move(Sys.PROCESS_VM_READV, "process_vm_readv", pid, address, into);
  }

  /** process_vm_writev(2) of one range: bytes written. */
  public static long writeMemory(int pid, long address, MemorySegment from)
      throws SyscallException {
    return move(Sys.PROCESS_VM_WRITEV, "process_vm_writev", pid, address, from);
  }

  private static long move(int number, String name, int pid, long address, MemorySegment local)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vectors = arena.allocate(32, 8);
      vectors.set(LONG, 0, local.address());
      vectors.set(LONG, 8, local.byteSize());
      vectors.set(LONG, 16, address);
      vectors.set(LONG, 24, local.byteSize());
      long here = vectors.address();
      return Syscalls.check(
          name,
          Syscalls.call(number, pid, here, 1, here + 16, 1, 0),
          "pid %d at 0x%x".formatted(pid, address));
    }
  }
}

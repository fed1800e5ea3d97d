package org.ckimg.linux.sys;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/**
 * Cuts the calls of this thread off, with EINTR, each time that an interval has passed: wait4(2)
 * has no time limit of its own, and looking again and again takes the processor from whom it waits
 * for. A signal that comes before the call is made is lost, which is why there is a next one.
 */
final class Alarm implements AutoCloseable {
  /** One of the last real-time signals, signal(7), which neither glibc nor virtual machine uses. */
  private static final int SIGNAL = 60;

  private static final int SIGEVENT_BYTES = 64;
  private static final int SIGEV_THREAD_ID = 4;
  private static final int ITIMERSPEC_BYTES = 32;
  private static final int SIG_UNBLOCK = 1;
  private static final int RESTORER_OFFSET = 1;

  /**
   * <pre>
   * handler:  ret
   * restorer: rt_sigreturn()
   * </pre>
   */
  private static final byte[] CODE = HexFormat.of().parseHex("c3" + "b80f000000" + "0f05");

  private static boolean installed;

  private final int timer;

  /** The first signal comes when {@code millis} have passed. */
  Alarm(long millis) throws SyscallException {
    install();
    try (Arena arena = Arena.ofConfined()) {
      unblock(arena);
      timer = create(arena);
      try {
        start(arena, millis);
      } catch (SyscallException e) {
        close();
        throw e;
      }
    }
  }

  private static synchronized void install() throws SyscallException {
    if (!installed) {
      CodePage page = CodePage.of(CODE);
      SignalCalls.handle(SIGNAL, page.at(0), page.at(RESTORER_OFFSET), 0);
      installed = true;
    }
  }

  /** Whoever started us may have blocked it. */
  private static void unblock(Arena arena) throws SyscallException {
    MemorySegment set = arena.allocate(SignalCalls.SIGSET_BYTES, 8);
    set.set(LONG, 0, 1L << SIGNAL - 1);
    Syscalls.check(
        "rt_sigprocmask",
        Syscalls.call(Sys.RT_SIGPROCMASK, SIG_UNBLOCK, set.address(), 0, SignalCalls.SIGSET_BYTES),
        "signal " + SIGNAL);
  }

  private static int create(Arena arena) throws SyscallException {
    MemorySegment event = arena.allocate(SIGEVENT_BYTES, 8);
    event.set(INT, 8, SIGNAL);
    event.set(INT, 12, SIGEV_THREAD_ID);
    event.set(INT, 16, (int) Syscalls.call(Sys.GETTID));
    MemorySegment id = arena.allocate(4, 4);
    Syscalls.check(
        "timer_create",
        Syscalls.call(
            Sys.TIMER_CREATE, ProcessCalls.CLOCK_MONOTONIC, event.address(), id.address()),
        "an alarm");
    return id.get(INT, 0);
  }

  private void start(Arena arena, long millis) throws SyscallException {
    MemorySegment times = arena.allocate(ITIMERSPEC_BYTES, 8);
    for (int offset = 0; offset < ITIMERSPEC_BYTES; offset += 16) {
      times.set(LONG, offset, millis / 1000);
      times.set(LONG, offset + 8, millis % 1000 * 1_000_000);
    }
    Syscalls.check(
        "timer_settime",
        Syscalls.call(Sys.TIMER_SETTIME, timer, 0, times.address(), 0),
        "an alarm");
  }

  @Override
  public void close() {
    Syscalls.call(Sys.TIMER_DELETE, timer);
  }
}

package org.ckimg.linux.sys;

import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Signals of this process. */
public final class SignalCalls {
  private static final long SIG_IGN = 1;
  private static final int SIGSET_BYTES = 8;

  private SignalCalls() {}

  /** Ignores a signal that the virtual machine does not use. */
  public static void ignore(int signal) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(32, 8);
      action.set(LONG, 0, SIG_IGN);
      Syscalls.check(
          "rt_sigaction",
          Syscalls.call(Sys.RT_SIGACTION, signal, action.address(), 0, SIGSET_BYTES),
          "signal " + signal);
    }
  }
}

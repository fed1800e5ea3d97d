package org.ckimg.linux.sys;

import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Signals of this process. */
public final class SignalCalls {
  static final int SIGSET_BYTES = 8;

  private static final int SIGACTION_BYTES = 32;
  private static final long SIG_IGN = 1;
  private static final long SA_RESTORER = 0x04000000;
  private static final long SA_ONSTACK = 0x08000000;

  private SignalCalls() {}

  /** Ignores a signal that the virtual machine does not use. */
  public static void ignore(int signal) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(SIGACTION_BYTES, 8);
      action.set(LONG, 0, SIG_IGN);
      act(signal, action.address(), 0);
    }
  }

  /** True when a signal is ignored. */
  static boolean isIgnored(int signal) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = arena.allocate(SIGACTION_BYTES, 8);
      act(signal, 0, old.address());
      return old.get(LONG, 0) == SIG_IGN;
    }
  }

  /**
   * Has a signal handled by machine code.
   *
   * @param restorer where the handler returns to: it makes rt_sigreturn(2)
   * @param flags of sigaction(2)
   */
  static void handle(int signal, MemorySegment handler, MemorySegment restorer, long flags)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(SIGACTION_BYTES, 8);
      action.set(LONG, 0, handler.address());
      action.set(LONG, 8, SA_RESTORER | SA_ONSTACK | flags);
      action.set(LONG, 16, restorer.address());
      act(signal, action.address(), 0);
    }
  }

  private static void act(int signal, long action, long old) throws SyscallException {
    Syscalls.check(
        "rt_sigaction",
        Syscalls.call(Sys.RT_SIGACTION, signal, action, old, SIGSET_BYTES),
        "signal " + signal);
  }
}

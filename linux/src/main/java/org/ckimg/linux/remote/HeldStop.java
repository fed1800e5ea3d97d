package org.ckimg.linux.remote;

import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * A SIGSTOP that comes while a program makes injected calls: it cannot be blocked, and would stop
 * the calls. It is held back and sent again behind the last of them.
 */
final class HeldStop {
  private static final int SIGSTOP = 19;

  private final int pid;
  private boolean taken;

  HeldStop(int pid) {
    this.pid = pid;
  }

  /** True for that signal: its thread can be let go on. */
  boolean takes(Stop stop) {
    boolean is = stop.isSignal() && stop.signal() == SIGSTOP;
    taken |= is;
    return is;
  }

  /** The program stops as soon as it is let go. */
  void giveBack() throws SyscallException {
    if (taken) {
      taken = false;
      ProcessCalls.kill(pid, SIGSTOP);
    }
  }
}

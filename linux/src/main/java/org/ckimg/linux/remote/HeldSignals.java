package org.ckimg.linux.remote;

import java.io.IOException;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.sys.ProcessCalls;

/**
 * Signals that come while a program makes injected calls, and that would otherwise be lost, or stop
 * the calls: SIGSTOP, which cannot be blocked, and the one that stops injected calls, where a
 * thread of the program blocks it and may wait for it. They are held back and sent again behind the
 * last call.
 */
final class HeldSignals {
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  private final int pid;
  private final SelfStop selfStop;
  private boolean stopped;
  private boolean told;

  HeldSignals(int pid, SelfStop selfStop) {
    this.pid = pid;
    this.selfStop = selfStop;
  }

  /** True for one of them that is not our own: its thread can be let go on. */
  boolean takes(Stop stop) {
    boolean stops = stop.isSignal() && stop.signal() == SIGSTOP;
    boolean tells = stop.isSignal() && stop.signal() == selfStop.signal();
    stopped |= stops;
    told |= tells;
    return stops || tells;
  }

  /** The program gets them as soon as it is let go. */
  void giveBack() throws IOException {
    if (told && selfStop.awaited()) {
      ProcessCalls.kill(pid, selfStop.signal());
    }
    // A SIGCONT that waits came later, for SIGSTOP takes an older one away, as it would this one.
    if (stopped && !SignalUse.of(pid).isPending(SIGCONT)) {
      ProcessCalls.kill(pid, SIGSTOP);
    }
    told = false;
    stopped = false;
  }
}

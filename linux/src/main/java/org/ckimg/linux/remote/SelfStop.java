package org.ckimg.linux.remote;

import java.io.IOException;
import org.ckimg.linux.proc.Status;

/**
 * How injected calls come to an end: the thread sends itself a signal, by the ids that it has in
 * its own pid namespace.
 *
 * @param signal that the program does not use, and whose default action is to ignore it
 * @param elsewhere true when the target is in another pid namespace, where it has other ids
 */
record SelfStop(int signal, boolean elsewhere) {
  private static final int SIGWINCH = 28;
  private static final int SIGURG = 23;
  private static final int SIGCHLD = 17;

  /** For a process. */
  static SelfStop of(int pid) throws IOException {
    Status status = Status.read(pid);
    long used = status.caught() | status.pending() | status.sharedPending();
    for (int signal : new int[] {SIGWINCH, SIGURG, SIGCHLD}) {
      if ((used >>> signal - 1 & 1) == 0) {
        return new SelfStop(signal, status.namespacePids().size() > 1);
      }
    }
    throw new NoGadgetException(
        pid, "uses SIGWINCH, SIGURG and SIGCHLD, one of which stops injected calls");
  }

  /** Signals that are blocked while calls are made: all but this one. */
  long blockedMask() {
    return ~(1L << signal - 1);
  }

  /** What a thread of a process calls itself. */
  int ownId(int pid, int tid) throws IOException {
    return elsewhere ? Status.readThread(pid, tid).namespacePids().getLast() : tid;
  }
}

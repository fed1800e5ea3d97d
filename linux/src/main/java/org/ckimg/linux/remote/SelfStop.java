package org.ckimg.linux.remote;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.ckimg.linux.proc.Status;

/**
 * How injected calls come to an end: the thread sends itself a signal, by the ids that it has in
 * its own pid namespace.
 *
 * @param signal that the program does not catch, and whose default action is to ignore it
 * @param awaited true when a thread blocks it, and may be told of it all the same
 * @param elsewhere true when the target is in another pid namespace, where it has other ids
 */
record SelfStop(int signal, boolean awaited, boolean elsewhere) {
  private static final int SIGWINCH = 28;
  private static final int SIGURG = 23;
  private static final int SIGCHLD = 17;
  private static final List<Integer> IGNORED = List.of(SIGWINCH, SIGURG, SIGCHLD);

  /**
   * For a process. One that no thread blocks is better: programs block all signals in threads that
   * are to see none, but also what they wait for.
   */
  static SelfStop of(int pid, SignalUse use) throws IOException {
    int signal =
        IGNORED.stream()
            .filter(s -> !use.catches(s) && !use.isPending(s))
            .min(Comparator.comparing(use::blocks))
            .orElseThrow(() ->
                new NoGadgetException(
                    pid, "uses SIGWINCH, SIGURG and SIGCHLD, one of which stops injected calls"));
    boolean elsewhere = Status.read(pid).namespacePids().size() > 1;
    return new SelfStop(signal, use.blocks(signal), elsewhere);
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

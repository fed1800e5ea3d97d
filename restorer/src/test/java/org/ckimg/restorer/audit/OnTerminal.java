package org.ckimg.restorer.audit;

import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SharedWith;

/** Processes that have a terminal. */
final class OnTerminal {
  private OnTerminal() {}

  /**
   * A process as another one, with a terminal.
   *
   * @param ttyNumber as in {@code tty_nr} of proc(5)
   */
  static ProcessState of(
      ProcessState like, ProcessIds ids, int ttyNumber, int ttyGroup, List<FdEntry> fds) {
    ProcessAttributes known = like.attributes();
    return new ProcessState(
        ids,
        like.state(),
        like.exitStatus(),
        like.startNanos(),
        like.exe(),
        like.cwd(),
        like.root(),
        like.umask(),
        SharedWith.NOBODY,
        like.cmdline(),
        like.environ(),
        like.auxv(),
        like.layout(),
        new ProcessAttributes(
            known.personality(),
            known.dumpable(),
            known.oomScoreAdj(),
            known.coredumpFilter(),
            known.childSubreaper(),
            known.hugePagesDisabled(),
            OptionalInt.of(ttyNumber),
            OptionalInt.of(ttyGroup),
            known.exitSignal()),
        like.threads(),
        like.actions(),
        like.pending(),
        like.timers(),
        like.limits(),
        like.vmas(),
        fds,
        like.locks());
  }
}

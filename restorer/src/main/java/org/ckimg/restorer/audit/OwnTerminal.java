package org.ckimg.restorer.audit;

import java.util.Optional;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Terminal;

/**
 * A session leader owns its controlling terminal, credentials(7). It cannot be given the caller's,
 * which another session owns.
 */
public final class OwnTerminal {
  private OwnTerminal() {}

  /** True for a leader of a session with a terminal. */
  public static boolean isNeeded(ProcessState process) {
    boolean leads = process.ids().session().orElse(0) == process.pid();
    return leads && process.attributes().ttyNumber().orElse(0) != 0;
  }

  /** Modes and window of the terminal that the descriptors lead to; of the first, if of several. */
  public static Optional<Terminal> modes(Checkpoint checkpoint) {
    return checkpoint.descriptions().stream()
        .filter(open -> open.type() == FdType.TTY && open.file().isPresent())
        .flatMap(open ->
            checkpoint.terminals().stream()
                .filter(terminal -> terminal.file() == open.file().getAsInt()))
        .findFirst();
  }
}

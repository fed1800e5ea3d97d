package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ckimg.restorer.tree.Ptys;
import org.ckimg.restorer.tree.Tree;
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

  /** True for a leader of a session with a terminal whose master is nobody's of the image. */
  public static boolean isNeeded(ProcessState process, Ptys ptys) {
    return Tree.leadsSession(process)
        && process.attributes().ttyNumber().orElse(0) != 0
        && ptys.controlling(process).isEmpty();
  }

  /**
   * Modes and window of the terminal that descriptors lead to and whose master is nobody's of the
   * image; of the first, if of several.
   */
  public static Optional<Terminal> modes(Checkpoint checkpoint) {
    Ptys ptys = Ptys.of(checkpoint);
    Map<Integer, Terminal> terminals = new HashMap<>();
    checkpoint.terminals().forEach(terminal -> terminals.put(terminal.file(), terminal));
    return checkpoint.descriptions().stream()
        .filter(open -> open.type() == FdType.TTY && open.file().isPresent())
        .filter(open -> ptys.of(open.id()).isEmpty())
        .flatMap(open -> Stream.ofNullable(terminals.get(open.file().getAsInt())))
        .findFirst();
  }
}

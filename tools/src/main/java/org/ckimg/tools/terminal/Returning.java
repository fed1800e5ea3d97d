package org.ckimg.tools.terminal;

import java.util.Optional;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.restorer.audit.OwnTerminal;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Terminal;

/**
 * A program that comes back to a terminal.
 *
 * @param terminal as it had left its own
 * @param handlesStops true when it has the terminal itself and does something at a ^Z
 */
public record Returning(Optional<Terminal> terminal, boolean handlesStops) {
  private static final int SIGTSTP = 20;

  /** Of an image whose processes are a tree. */
  public static Returning of(Checkpoint checkpoint) {
    Tree tree = Tree.of(checkpoint);
    ProcessState root = tree.root();
    boolean itself = tree.foreground().orElse(0) == tree.groupHere(root);
    boolean handles =
        root.actions().orElseThrow().stream()
            .anyMatch(action ->
                action.number() == SIGTSTP && Long.compareUnsigned(action.handler(), 1) > 0);
    return new Returning(OwnTerminal.modes(checkpoint), itself && handles);
  }

  /** True of a program that does not just read and print lines. */
  boolean draws() {
    return terminal.isPresent() && !TerminalCalls.isCanonical(terminal.get().modes().toArray());
  }
}

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
 * @param handlesSizes true when somebody who has the terminal is told of the size of the window
 */
public record Returning(Optional<Terminal> terminal, boolean handlesStops, boolean handlesSizes) {
  private static final int SIGTSTP = 20;
  private static final int SIGWINCH = 28;

  /** Of an image whose processes are a tree. */
  public static Returning of(Checkpoint checkpoint) {
    Tree tree = Tree.of(checkpoint);
    ProcessState root = tree.root();
    int group = tree.foreground().orElse(tree.groupHere(root));
    return new Returning(
        OwnTerminal.modes(checkpoint),
        tree.foreground().orElse(0) == tree.groupHere(root) && handles(root, SIGTSTP),
        tree.living().stream()
            .filter(process -> tree.groupHere(process) == group)
            .anyMatch(process -> handles(process, SIGWINCH) || waitsFor(process, SIGWINCH)));
  }

  private static boolean handles(ProcessState process, int signal) {
    return process.actions().orElseThrow().stream()
        .anyMatch(
            action -> action.number() == signal && Long.compareUnsigned(action.handler(), 1) > 0);
  }

  /** As signalfd(2) and sigwait(3) want it. */
  private static boolean waitsFor(ProcessState process, int signal) {
    return (process.leader().blocked().orElse(0) & 1L << signal - 1) != 0;
  }

  /** True of a program that does not just read and print lines, and can be asked to draw. */
  boolean draws() {
    return terminal.isPresent()
        && (handlesStops || handlesSizes)
        && !TerminalCalls.isCanonical(terminal.get().modes().toArray());
  }
}

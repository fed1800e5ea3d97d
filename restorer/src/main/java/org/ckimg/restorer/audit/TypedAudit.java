package org.ckimg.restorer.audit;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.tree.Ptys;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Terminal;

/** What was typed into terminals whose masters are not in the image. */
final class TypedAudit {
  /** What n_tty holds, and the kernel's queue in front of it. */
  private static final int MOST_BYTES = 32 << 10;

  private static final int MOST_LINE = 4096;

  private final Checkpoint checkpoint;
  private final Tree tree;
  private final Ptys ptys;
  private final Findings findings;

  TypedAudit(Checkpoint checkpoint, Findings findings) {
    this.checkpoint = checkpoint;
    this.tree = Tree.of(checkpoint);
    this.ptys = Ptys.of(checkpoint);
    this.findings = findings;
  }

  /** It can be typed again only where ckimg stands behind the terminal. */
  void run() {
    Optional<Terminal> own =
        OwnTerminal.isNeeded(tree.root(), ptys) ? OwnTerminal.modes(checkpoint) : Optional.empty();
    own.ifPresent(this::auditOwn);
    boolean known = own.isPresent() && own.get().input().isPresent();
    boolean inFront =
        tree.foreground().isPresent() || tree.root().attributes().ttyGroup().isEmpty();
    Set<Integer> open = openFiles();
    for (Terminal terminal : checkpoint.terminals()) {
      boolean isOwn = own.equals(Optional.of(terminal)) || Ptys.isDevTty(file(terminal));
      if (open.contains(terminal.file()) && !(known && isOwn)) {
        auditOther(terminal, inFront);
      }
    }
  }

  private Set<Integer> openFiles() {
    Set<Integer> open = new HashSet<>();
    for (OpenFile description : checkpoint.descriptions()) {
      if (description.type() == FdType.TTY && ptys.of(description.id()).isEmpty()) {
        description.file().ifPresent(open::add);
      }
    }
    return open;
  }

  private FileFacts file(Terminal terminal) {
    return checkpoint.file(terminal.file());
  }

  private void auditOwn(Terminal terminal) {
    String name = file(terminal).path().toString();
    Terminal.Input input =
        terminal.input().orElse(new Terminal.Input(OptionalInt.empty(), List.of()));
    long typed = bytes(checkpoint, input.queue());
    long written =
        bytes(checkpoint, terminal.slave().map(Terminal.Slave::output).orElse(OptionalInt.empty()));
    auditAmount(name, typed, input.lines(), written, findings);
    if (typed + written > 0) {
      findings.grants(
          "file", "%s: %d bytes typed and %d written in it".formatted(name, typed, written));
    }
  }

  /** A line without an end can be seen by nobody but the master. */
  private void auditOther(Terminal terminal, boolean inFront) {
    String name = file(terminal).path().toString();
    if (terminal.input().isPresent()) {
      long typed = bytes(checkpoint, terminal.input().get().queue());
      if (typed > 0) {
        missed(name, "what was typed into it, %d bytes, is not there".formatted(typed));
      }
    } else if (inFront && TerminalCalls.isCanonical(terminal.modes().toArray())) {
      missed(name, "a line that was being typed into it, and had no end yet, is not there");
    }
  }

  private void missed(String name, String text) {
    findings.adjust("AU-PTY-07", name, text);
  }

  /** No more than a terminal takes. */
  static void auditAmount(
      String name, long typed, List<Integer> lines, long written, Findings findings) {
    boolean tooLong = lines.stream().anyMatch(line -> line > MOST_LINE);
    if (typed > MOST_BYTES || written > MOST_BYTES || tooLong || lines.size() > MOST_LINE) {
      findings.refuse(
          "AU-PTY-03",
          Severity.HIGH,
          name,
          "has %d bytes typed in %d lines and %d written, more than a terminal holds"
              .formatted(typed, lines.size(), written));
    }
  }

  /** Bytes of what waits. */
  static long bytes(Checkpoint checkpoint, OptionalInt queue) {
    return queue.isPresent() ? checkpoint.object(queue.getAsInt()).length() : 0;
  }
}

package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.tree.Ptys;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Terminal;

/** Pseudo terminals that the program has both sides of, and the sessions that they control. */
final class PtyAudit {
  private static final int MAX_INDEX = 1 << 20;
  private static final int DISCIPLINE = 16;

  private final Checkpoint checkpoint;
  private final Tree tree;
  private final Ptys ptys;
  private final Findings findings;

  PtyAudit(Checkpoint checkpoint, Findings findings) {
    this.checkpoint = checkpoint;
    this.tree = Tree.of(checkpoint);
    this.ptys = Ptys.of(checkpoint);
    this.findings = findings;
  }

  void run() {
    Set<Integer> numbers = new HashSet<>();
    for (OpenFile open : checkpoint.descriptions()) {
      if (open.state().orElse(null) instanceof FdState.Master master
          && !numbers.add(master.index())) {
        refusePair("/dev/pts/" + master.index(), "has two masters");
      }
    }
    for (Ptys.Pair pair : ptys.pairs()) {
      auditPair(pair);
    }
    auditSessions();
  }

  private void refusePair(String name, String text) {
    findings.refuse("AU-PTY-01", Severity.HIGH, name, text);
  }

  private void auditPair(Ptys.Pair pair) {
    if (pair.master().index() >= MAX_INDEX) {
      refusePair(pair.name(), "is a number that no pseudo terminal has");
    }
    if (pair.terminal().isEmpty()) {
      if (ptys.isOpen(pair)) {
        refusePair(pair.name(), "is open, and the image does not say in which modes");
      }
      return;
    }
    Terminal terminal = pair.terminal().get();
    int discipline = terminal.modes().at(DISCIPLINE);
    if (discipline != 0) {
      findings.refuse(
          "AU-PTY-02",
          Severity.HIGH,
          pair.name(),
          "has line discipline %d, and the kernel would load what makes it"
              .formatted(discipline & 0xff));
    }
    if (terminal.slave().isEmpty() || terminal.input().isEmpty()) {
      findings.warn(
          "AU-PTY-06",
          Severity.LOW,
          pair.name(),
          "what waited in it is not known, and is lost if there was anything");
      return;
    }
    auditContent(pair, terminal.input().get(), terminal.slave().get());
  }

  private void auditContent(Ptys.Pair pair, Terminal.Input input, Terminal.Slave slave) {
    boolean open = ptys.isOpen(pair);
    long typed = TypedAudit.bytes(checkpoint, input.queue());
    long written = TypedAudit.bytes(checkpoint, slave.output());
    if (slave.hungUp() && open) {
      refusePair(pair.name(), "is open and was hung up");
    }
    boolean waits = typed + written > 0 || slave.stopped() || !input.lines().isEmpty();
    if (waits && !open && !slave.hungUp()) {
      refusePair(pair.name(), "has something in it, and nobody ever opened it");
    }
    TypedAudit.auditAmount(pair.name(), typed, input.lines(), written, findings);
    findings.grants(
        "file",
        "%s: a pseudo terminal inside the program, %d bytes typed and %d written in it"
            .formatted(pair.name(), typed, written));
  }

  /** A terminal controls one session, and all of that have it, credentials(7). */
  private void auditSessions() {
    Map<Integer, Set<Integer>> sessions = new HashMap<>();
    for (ProcessState process : tree.living()) {
      sessions
          .computeIfAbsent(tree.groupHere(process), group -> new HashSet<>())
          .add(session(process));
    }
    Map<Integer, ProcessState> leaders = new HashMap<>();
    for (ProcessState process : tree.living()) {
      Optional<Ptys.Pair> pair = ptys.controlling(process);
      if (pair.isPresent() && Tree.leadsSession(process)) {
        ProcessState other = leaders.putIfAbsent(pair.get().master().ttyNumber(), process);
        if (other != null) {
          refuseSession(
              process, pair.get(), "the session of process %d too".formatted(other.pid()));
        }
        auditForeground(process, pair.get(), sessions);
      }
    }
    for (ProcessState process : tree.living()) {
      Optional<ProcessState> leader = tree.living(session(process));
      Optional<Ptys.Pair> own = ptys.controlling(process);
      Optional<Ptys.Pair> ofLeader = leader.flatMap(ptys::controlling);
      if (!own.equals(ofLeader)) {
        String whose = leader.isPresent() ? "another one or none" : "nobody's who leads a session";
        refuseSession(process, own.or(() -> ofLeader).orElseThrow(), whose);
      }
    }
  }

  private static int session(ProcessState process) {
    return process.ids().session().orElse(0);
  }

  private void refuseSession(ProcessState process, Ptys.Pair pair, String whose) {
    findings
        .of(process.pid())
        .refuse(
            "AU-PTY-04",
            Severity.HIGH,
            "process " + process.pid(),
            "%s is its terminal, and is %s".formatted(pair.name(), whose));
  }

  /**
   * It is a group that somebody of the session is in.
   *
   * @param sessions of those who are in a group
   */
  private void auditForeground(
      ProcessState leader, Ptys.Pair pair, Map<Integer, Set<Integer>> sessions) {
    int group = leader.attributes().ttyGroup().orElse(0);
    if (group <= 0) {
      return;
    }
    Set<Integer> ofGroup = sessions.getOrDefault(group, Set.of());
    Findings own = findings.of(leader.pid());
    if (ofGroup.isEmpty()) {
      own.adjust(
          "AU-PTY-05",
          pair.name(),
          "process group %d was in the foreground and has ended: it is that of the session's leader"
              .formatted(group));
    } else if (!ofGroup.contains(leader.pid())) {
      own.refuse(
          "AU-PTY-05",
          Severity.HIGH,
          pair.name(),
          "process group %d is in the foreground and of another session".formatted(group));
    }
  }
}

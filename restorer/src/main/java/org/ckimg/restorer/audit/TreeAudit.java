package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.tree.Ptys;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Makers;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;

/** Can the processes be forked from each other so that all become what they were? */
final class TreeAudit {
  private final List<ProcessState> processes;
  private final Tree tree;
  private final Ptys ptys;
  private final Findings findings;
  private final Map<Integer, Set<Integer>> sessionsOfGroups = new HashMap<>();
  private boolean sound = true;

  TreeAudit(Checkpoint checkpoint, Findings findings) {
    this.processes = checkpoint.processes();
    this.tree = Tree.of(checkpoint);
    this.ptys = Ptys.of(checkpoint);
    this.findings = findings;
  }

  /** False when it is no tree, and nothing more can be said of it. */
  boolean run() {
    auditParents();
    if (!sound) {
      return false;
    }
    for (ProcessState process : processes) {
      sessionsOfGroups
          .computeIfAbsent(tree.groupHere(process), _ -> new HashSet<>())
          .add(tree.sessionHere(process));
    }
    for (ProcessState process : processes) {
      boolean root = process == tree.root();
      if (process.state() == RunState.ZOMBIE) {
        auditZombie(process, root);
      } else if (process.threads().isEmpty()) {
        refuse("AU-IMG-04", process, "has no thread");
      }
      if (!root) {
        auditSession(process);
        auditGroup(process);
      }
    }
    auditMakers();
    return sound;
  }

  /** What is shared is shared from clone(2) on or never. */
  private void auditMakers() {
    for (ProcessState process : Makers.of(processes).impossible()) {
      refuse(
          "AU-TRE-05",
          process,
          "shares descriptors or its working directory with processes that cannot have made it: no"
              + " parent, and no sibling of the same session and exit signal");
    }
  }

  private void refuse(String rule, ProcessState process, String text) {
    findings.of(process.pid()).refuse(rule, Severity.HIGH, "process " + process.pid(), text);
    sound = false;
  }

  private void auditParents() {
    List<ProcessState> roots = tree.roots();
    if (roots.size() != 1) {
      findings.refuse(
          "AU-TRE-01",
          Severity.HIGH,
          "image",
          "%d processes have a parent that is not in the image, where one has: %s"
              .formatted(roots.size(), roots.stream().map(ProcessState::pid).toList()));
      sound = false;
    } else if (tree.parentsFirst().size() != processes.size()) {
      findings.refuse(
          "AU-TRE-01", Severity.HIGH, "image", "there are processes that descend from themselves");
      sound = false;
    }
  }

  private void auditZombie(ProcessState process, boolean root) {
    OptionalInt status = process.exitStatus();
    if (root) {
      refuse("AU-IMG-04", process, "is a zombie");
    } else if (status.isEmpty()) {
      refuse("AU-IMG-04", process, "is a zombie, and the image does not say how it ended");
    } else if (!process.hasOnlyEnded()) {
      refuse("AU-IMG-04", process, "is a zombie, and has what only the living have");
    } else if (!tree.children(process).isEmpty()) {
      refuse("AU-TRE-01", process, "is a zombie with children");
    }
  }

  private void auditSession(ProcessState process) {
    boolean made =
        Tree.leadsSession(process) || tree.sessionHere(process) == tree.bornInto(process);
    if (!made) {
      refuse(
          "AU-TRE-02",
          process,
          "is in session %d, which it cannot have been born into"
              .formatted(process.ids().session().orElse(0)));
    }
    if (OwnTerminal.isNeeded(process, ptys)) {
      refuse(
          "AU-TRE-04",
          process,
          "owns a terminal that is not the program's, which only the first process can");
    }
  }

  /** setpgid(2) lets a process join a group of its own session. */
  private void auditGroup(ProcessState process) {
    int group = tree.groupHere(process);
    boolean ownGroup = group == process.pid();
    boolean ofOneSession = sessionsOfGroups.get(group).size() == 1;
    if (!ofOneSession || Tree.leadsSession(process) && !ownGroup) {
      refuse(
          "AU-TRE-03",
          process,
          "is in process group %d, which is of another session".formatted(group));
    }
  }
}

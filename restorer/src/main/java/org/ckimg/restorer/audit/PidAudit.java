package org.ckimg.restorer.audit;

import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;

/** Which pids the processes can have. */
final class PidAudit {
  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final RestoreOptions options;
  private final Findings findings;

  PidAudit(Checkpoint checkpoint, HostFacts host, RestoreOptions options, Findings findings) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.options = options;
    this.findings = findings;
  }

  void run() {
    switch (PidChoice.of(checkpoint, host, options)) {
      case PidChoice.Old ignored -> grant("pid %d as before");
      case PidChoice.Namespaced own -> {
        int root = Tree.of(checkpoint).root().pid();
        findings.adjust(
            "AU-PID-03",
            "pid",
            "pid %d in a pid namespace of its own, another one outside: %s"
                .formatted(root, own.reason()));
        grant("pid %d in a pid namespace of its own");
      }
      case PidChoice.New fresh -> {
        findings.adjust("AU-PID-01", "pid", "a new pid: " + fresh.reason());
        findings.grants("pid", "a new pid");
      }
      case PidChoice.Impossible no ->
          findings.refuse("AU-PID-02", Severity.MEDIUM, "pid", no.reason());
    }
  }

  private void grant(String text) {
    for (ProcessState process : checkpoint.processes()) {
      findings.of(process.pid()).grants("pid", text.formatted(process.pid()));
    }
  }
}

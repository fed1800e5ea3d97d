package org.ckimg.restorer.audit;

import java.util.HashSet;
import java.util.Set;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.ProcessState;

/** What epoll instances watch must be open in some process of the image. */
final class WatchAudit {
  private final Relations relations;
  private final Findings findings;
  private final Set<Integer> held = new HashSet<>();

  WatchAudit(Relations relations, Findings findings) {
    this.relations = relations;
    this.findings = findings;
  }

  void run() {
    Iterable<ProcessState> living = relations.tree().living();
    for (ProcessState process : living) {
      process.fds().forEach(fd -> held.add(fd.description()));
    }
    for (ProcessState process : living) {
      process.fds().forEach(fd -> audit(process, fd));
    }
  }

  private void audit(ProcessState process, FdEntry fd) {
    boolean made = relations.inherited().callerFd(fd.description()).isEmpty();
    if (made
        && relations.checkpoint().description(fd.description()).state().orElse(null)
            instanceof FdState.WatchList list) {
      list.watches().forEach(watch -> audit(process, fd, watch));
    }
  }

  private void audit(ProcessState process, FdEntry fd, FdState.Watch watch) {
    if (watch.target().isEmpty() || !held.contains(watch.target().getAsInt())) {
      findings
          .of(process.pid())
          .refuse(
              "AU-FD-07",
              Severity.HIGH,
              fd.name(),
              "watches what was fd %d, which is no descriptor of the program"
                  .formatted(watch.number()));
    }
  }
}

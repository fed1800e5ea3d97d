package org.ckimg.restorer.audit;

import java.util.Locale;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;

/** Descriptors that only tell of events: nothing of the host is behind them. */
final class EventAudit {
  private static final int CAP_WAKE_ALARM = 35;

  /** Type of an owner, F_OWNER_TID of fcntl(2). */
  private static final int THREAD = 0;

  private final Tree tree;
  private final HostFacts host;
  private final Findings findings;
  private final NotifyAudit files;

  EventAudit(Relations relations, HostFacts host, Policy policy, Findings findings) {
    this.tree = relations.tree();
    this.host = host;
    this.findings = findings;
    this.files = new NotifyAudit(relations.checkpoint(), host, policy.files(), findings);
  }

  void run(FdEntry fd, OpenFile description) {
    String subject = fd.name();
    switch (description.state().orElse(null)) {
      case FdState.Event event -> audit(subject, event);
      case FdState.Socket ignored -> unknown(subject, description);
      case FdState.Master ignored -> unknown(subject, description);
      case null -> unknown(subject, description);
    }
    findings.grants("descriptor", "%s: %s".formatted(subject, name(description)));
  }

  private void audit(String subject, FdState.Event event) {
    switch (event) {
      case FdState.Counter counter -> audit(subject, counter);
      case FdState.SignalSet ignored -> {}
      case FdState.Alarm alarm -> audit(subject, alarm);
      case FdState.WatchList ignored -> {}
      case FdState.NotifyList list -> files.run(subject, list);
      case FdState.ProcessReference reference -> audit(subject, reference);
    }
  }

  /** eventfd(2): one less is the most that can be written. */
  private void audit(String subject, FdState.Counter counter) {
    if (counter.value() == -1) {
      findings.refuse(
          "AU-FD-17", Severity.LOW, subject, "counts to 2^64-1, which no eventfd can be set to");
    }
  }

  /** A right to send signals: to the processes of the image, and nobody else. */
  private void audit(String subject, FdState.ProcessReference reference) {
    int pid = reference.pid().orElse(0);
    boolean thread = reference.thread() && tree.hasOwner(THREAD, pid);
    if (pid != 0 && !tree.has(pid) && !thread) {
      findings.refuse(
          "AU-FD-07",
          Severity.HIGH,
          subject,
          "refers to a %s that is not in the image"
              .formatted(reference.thread() ? "thread" : "process"));
    }
  }

  private void unknown(String subject, OpenFile description) {
    findings.refuse(
        "AU-FD-07",
        Severity.HIGH,
        subject,
        "the image does not say what this %s holds".formatted(name(description)));
  }

  private static String name(OpenFile description) {
    return description.type().name().toLowerCase(Locale.ROOT);
  }

  private void audit(String subject, FdState.Alarm alarm) {
    boolean wakes =
        switch (alarm.clock()) {
          case ProcessCalls.CLOCK_REALTIME,
              ProcessCalls.CLOCK_MONOTONIC,
              ProcessCalls.CLOCK_BOOTTIME ->
              false;
          case ProcessCalls.CLOCK_REALTIME_ALARM, ProcessCalls.CLOCK_BOOTTIME_ALARM -> true;
          default -> {
            findings.refuse(
                "AU-FD-08", Severity.HIGH, subject, "a timer of clock " + alarm.clock());
            yield false;
          }
        };
    if (wakes && !host.caller().mayGrant(CAP_WAKE_ALARM)) {
      findings.refuse(
          "AU-FD-08",
          Severity.MEDIUM,
          subject,
          "a timer that wakes the machine needs CAP_WAKE_ALARM");
    }
  }
}

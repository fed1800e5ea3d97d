package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;

/** Descriptors that only tell of events: nothing of the host is behind them. */
final class EventAudit {
  private static final int CAP_WAKE_ALARM = 35;

  private final Tree tree;
  private final HostFacts host;
  private final Findings findings;
  private final NotifyAudit files;

  EventAudit(Checkpoint checkpoint, HostFacts host, Policy policy, Findings findings) {
    this.tree = Tree.of(checkpoint);
    this.host = host;
    this.findings = findings;
    this.files = new NotifyAudit(checkpoint, host, policy.files(), findings);
  }

  void run(FdEntry fd, OpenFile description) {
    String subject = "fd " + fd.number();
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
      case FdState.Counter ignored -> {}
      case FdState.SignalSet ignored -> {}
      case FdState.Alarm alarm -> audit(subject, alarm);
      case FdState.WatchList ignored -> {}
      case FdState.NotifyList list -> files.run(subject, list);
      case FdState.ProcessReference reference -> audit(subject, reference);
    }
  }

  /** A right to send signals: to the processes of the image, and nobody else. */
  private void audit(String subject, FdState.ProcessReference reference) {
    boolean inside = reference.pid().isPresent() && tree.has(reference.pid().getAsInt());
    if (!inside || reference.thread()) {
      findings.refuse(
          "AU-FD-07",
          Severity.HIGH,
          subject,
          reference.thread()
              ? "refers to a thread, which is not supported by this version"
              : "refers to a process that is not in the image");
    }
  }

  /** The first of several processes would make it, when the others are not there. */
  static void refuseShared(Checkpoint checkpoint, Findings findings) {
    Map<Integer, Integer> holders = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      for (FdEntry fd : process.fds()) {
        boolean other =
            holders.merge(fd.description(), process.pid(), (a, b) -> a) != process.pid();
        if (other && checkpoint.description(fd.description()).type() == FdType.PIDFD) {
          findings
              .of(process.pid())
              .refuse(
                  "AU-FD-07",
                  Severity.HIGH,
                  "fd " + fd.number(),
                  "refers to a process, and several processes have it");
        }
      }
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

package org.ckimg.restorer.audit;

import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Origin;

/**
 * A program that sleeps until an absolute time of a clock that starts at boot would sleep for hours
 * on a host that booted later. A time namespace gives it the clock that it knows.
 */
final class ClockAudit {
  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final RestoreOptions options;
  private final Findings findings;

  ClockAudit(Checkpoint checkpoint, HostFacts host, RestoreOptions options, Findings findings) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.options = options;
    this.findings = findings;
  }

  void run() {
    if (checkpoint.origin().flatMap(ClockAudit::clocks).isEmpty()) {
      findings.refuse(
          "AU-CLK-01", Severity.MEDIUM, "clocks", "the image does not say what its clocks showed");
      return;
    }
    if (!ClockShift.of(checkpoint, host).needed()) {
      return;
    }
    if (isPermitted()) {
      findings.adjust(
          "AU-CLK-02",
          "clocks",
          "this host's monotonic clock is behind the program's: a time namespace shifts it");
    } else {
      findings.refuse(
          "AU-CLK-02",
          Severity.MEDIUM,
          "clocks",
          "this host's monotonic clock is behind the program's; shifting it needs CAP_SYS_ADMIN or a"
              + " user namespace");
    }
  }

  private boolean isPermitted() {
    return host.caller().mayMakeNamespaces()
        || PidChoice.of(checkpoint, host, options) instanceof PidChoice.Namespaced;
  }

  private static java.util.Optional<Origin> clocks(Origin origin) {
    boolean known = origin.monotonicNanos().isPresent() && origin.boottimeNanos().isPresent();
    return known ? java.util.Optional.of(origin) : java.util.Optional.empty();
  }
}

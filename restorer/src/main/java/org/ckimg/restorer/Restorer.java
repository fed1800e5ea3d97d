package org.ckimg.restorer;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.restorer.apply.Applier;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.audit.Auditor;
import org.ckimg.restorer.gather.Gatherer;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.Plan;
import org.ckimg.restorer.plan.Planner;
import org.ckimg.spec.model.Checkpoint;

/**
 * Gather, audit, plan, apply. Until {@link #apply} nothing on the host is changed; the checkpoint
 * was verified before.
 */
public final class Restorer implements AutoCloseable {
  private final Tracer tracer = new Tracer();
  private final Gatherer gatherer = new Gatherer();
  private final Checkpoint checkpoint;
  private final RestoreOptions options;

  /** Absent when the image is not trusted: then nothing that it names was looked for. */
  private final Optional<HostFacts> host;

  private final AuditReport report;

  private Restorer(Checkpoint checkpoint, RestoreOptions options) throws IOException {
    this.checkpoint = checkpoint;
    this.options = options;
    try {
      AuditReport trust = Auditor.auditTrust(options);
      this.host =
          trust.allowed() ? Optional.of(gatherer.gather(checkpoint, options)) : Optional.empty();
      this.report = host.map(facts -> Auditor.audit(checkpoint, facts, options)).orElse(trust);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Gathers and audits; an image that is not trusted is refused before anything is gathered. */
  public static Restorer prepare(Checkpoint checkpoint, RestoreOptions options) throws IOException {
    return new Restorer(checkpoint, options);
  }

  /** What the audit says. */
  public AuditReport report() {
    return report;
  }

  /**
   * What would be done.
   *
   * @throws RestoreRefusedException when the audit refuses
   */
  public Plan plan() throws RestoreRefusedException {
    if (!report.allowed()) {
      throw new RestoreRefusedException(report);
    }
    return Planner.plan(checkpoint, host.orElseThrow(), options);
  }

  /**
   * Brings the program back.
   *
   * @param watcher of the building
   * @throws RestoreRefusedException when the audit refuses
   */
  public Applier.Restored apply(RestoreWatcher watcher) throws IOException {
    Plan plan = plan();
    return tracer.call(() -> Applier.apply(checkpoint, host.orElseThrow(), plan, watcher));
  }

  /** Closes the files that were opened; a restored program keeps its own. */
  @Override
  public void close() {
    gatherer.close();
    tracer.close();
  }
}

package org.ckimg.restorer;

import java.io.IOException;
import org.ckimg.restorer.audit.AuditReport;

/** The audit found a reason not to restore; nothing was changed. */
public final class RestoreRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient AuditReport report;

  /** Carries the whole report. */
  public RestoreRefusedException(AuditReport report) {
    super("refused by the audit");
    this.report = report;
  }

  /** Every finding, and what the image would bring back. */
  public AuditReport report() {
    return report;
  }
}

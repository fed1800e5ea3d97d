package org.ckimg.restorer.audit;

import java.util.List;

/**
 * What the audit says.
 *
 * @param findings in order of topic
 * @param authority everything that the image would bring back
 */
public record AuditReport(List<AuditFinding> findings, List<Authority> authority) {
  /** Copies the lists. */
  public AuditReport {
    findings = List.copyOf(findings);
    authority = List.copyOf(authority);
  }

  /** True when nothing refuses. */
  public boolean allowed() {
    return findings.stream().noneMatch(f -> f.effect() == AuditFinding.Effect.REFUSE);
  }
}

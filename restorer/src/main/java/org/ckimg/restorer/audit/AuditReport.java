package org.ckimg.restorer.audit;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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

  /**
   * The findings by severity, within one what refuses before what warns and what adjusts, and
   * otherwise in order of topic.
   */
  public List<AuditFinding> worstFirst() {
    return findings.stream()
        .sorted(Comparator.comparing(AuditFinding::severity).thenComparing(AuditFinding::effect))
        .toList();
  }

  /** True when it is about more than one process, so that a finding should say about which. */
  public boolean isOfSeveral() {
    IntStream found = findings.stream().mapToInt(AuditFinding::pid);
    return IntStream.concat(found, authority.stream().mapToInt(Authority::pid))
            .distinct()
            .limit(2)
            .count()
        > 1;
  }

  /** True when nothing refuses. */
  public boolean allowed() {
    return findings.stream().noneMatch(f -> f.effect() == AuditFinding.Effect.REFUSE);
  }
}

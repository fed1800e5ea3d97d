package org.ckimg.tools.triage;

import java.util.Comparator;
import java.util.List;

/**
 * What triage has to say.
 *
 * @param findings the worst first, then by process and rule
 * @param notes what was not looked at, and why
 */
public record TriageReport(List<TriageFinding> findings, List<String> notes) {
  private static final Comparator<TriageFinding> ORDER =
      Comparator.comparing(TriageFinding::severity)
          .thenComparing(finding -> finding.pid().orElse(0))
          .thenComparing(TriageFinding::rule);

  /** Sorts; what was found first in a process by a rule stays first. */
  public TriageReport {
    findings = findings.stream().sorted(ORDER).toList();
    notes = List.copyOf(notes);
  }

  /** Findings that are more than information. */
  public long counting() {
    return findings.stream().filter(TriageFinding::counts).count();
  }
}

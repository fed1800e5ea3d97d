package org.ckimg.restorer.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.policy.Policy;

/** Collects findings and authority while the topics are gone through. */
final class Findings {
  /** Of one rule, with one severity and effect: nobody reads more, and they would fill the heap. */
  private static final int MOST = 1000;

  private final int pid;
  private final boolean whole;
  private final List<AuditFinding> findings;
  private final List<Authority> authority;
  private final Map<Sort, Integer> counts;

  /** Findings that are alike. */
  private record Sort(String rule, Severity severity, Effect effect) {}

  /** For what is about the image as a whole, whose first process has this pid. */
  Findings(int pid) {
    this(pid, true, new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
  }

  private Findings(
      int pid,
      boolean whole,
      List<AuditFinding> findings,
      List<Authority> authority,
      Map<Sort, Integer> counts) {
    this.pid = pid;
    this.whole = whole;
    this.findings = findings;
    this.authority = authority;
    this.counts = counts;
  }

  /** The same collection, for what is about one process. */
  Findings of(int process) {
    return new Findings(process, false, findings, authority, counts);
  }

  private void add(
      String rule,
      Severity severity,
      Effect effect,
      String subject,
      String text,
      Map<String, String> evidence) {
    if (counts.merge(new Sort(rule, severity, effect), 1, Integer::sum) <= MOST) {
      findings.add(new AuditFinding(rule, severity, effect, pid, whole, subject, text, evidence));
    }
  }

  void refuse(String rule, Severity severity, String subject, String text) {
    refuse(rule, severity, subject, text, Map.of());
  }

  void refuse(
      String rule, Severity severity, String subject, String text, Map<String, String> evidence) {
    add(rule, severity, Effect.REFUSE, subject, text, evidence);
  }

  void warn(String rule, Severity severity, String subject, String text) {
    add(rule, severity, Effect.WARN, subject, text, Map.of());
  }

  /** What a policy says to something that is not wrong by itself; information where it allows. */
  void answer(Policy.Answer answer, String rule, Severity severity, String subject, String text) {
    switch (answer) {
      case ALLOW -> warn(rule, Severity.INFO, subject, text);
      case WARN -> warn(rule, severity, subject, text);
      case REFUSE -> refuse(rule, severity, subject, text + ", which the policy forbids");
    }
  }

  void adjust(String rule, String subject, String text) {
    add(rule, Severity.INFO, Effect.ADJUST, subject, text, Map.of());
  }

  void grants(String kind, String what) {
    authority.add(new Authority(pid, whole, kind, what, Authority.Grant.GRANT));
  }

  /** What was found; of what was found very often the first, and how often it was. */
  AuditReport report() {
    List<AuditFinding> all = new ArrayList<>(findings);
    counts.forEach((sort, count) -> {
      if (count > MOST) {
        String more = "%d more of these are not listed".formatted(count - MOST);
        all.add(
            new AuditFinding(
                sort.rule(), sort.severity(), sort.effect(), pid, true, "image", more, Map.of()));
      }
    });
    return new AuditReport(all, authority);
  }
}

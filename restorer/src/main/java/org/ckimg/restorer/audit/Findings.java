package org.ckimg.restorer.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.policy.Policy;

/** Collects findings and authority while the topics are gone through. */
final class Findings {
  private final int pid;
  private final List<AuditFinding> findings;
  private final List<Authority> authority;

  Findings(int pid) {
    this(pid, new ArrayList<>(), new ArrayList<>());
  }

  private Findings(int pid, List<AuditFinding> findings, List<Authority> authority) {
    this.pid = pid;
    this.findings = findings;
    this.authority = authority;
  }

  /** The same collection, for another process. */
  Findings of(int other) {
    return new Findings(other, findings, authority);
  }

  void refuse(String rule, Severity severity, String subject, String text) {
    refuse(rule, severity, subject, text, Map.of());
  }

  void refuse(
      String rule, Severity severity, String subject, String text, Map<String, String> evidence) {
    findings.add(new AuditFinding(rule, severity, Effect.REFUSE, pid, subject, text, evidence));
  }

  void warn(String rule, Severity severity, String subject, String text) {
    findings.add(new AuditFinding(rule, severity, Effect.WARN, pid, subject, text, Map.of()));
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
    findings.add(
        new AuditFinding(rule, Severity.INFO, Effect.ADJUST, pid, subject, text, Map.of()));
  }

  void grants(String kind, String what) {
    authority.add(new Authority(pid, kind, what, Authority.Grant.GRANT));
  }

  AuditReport report() {
    return new AuditReport(findings, authority);
  }
}

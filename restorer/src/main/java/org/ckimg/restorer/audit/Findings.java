package org.ckimg.restorer.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.policy.Policy;

/** Collects findings and authority while the topics are gone through. */
final class Findings {
  private static final int RECENT = 256;

  private final int pid;
  private final List<AuditFinding> findings;
  private final List<Authority> authority;
  private final String[] recent;

  Findings(int pid) {
    this(pid, new ArrayList<>(), new ArrayList<>(), new String[RECENT]);
  }

  private Findings(
      int pid, List<AuditFinding> findings, List<Authority> authority, String[] recent) {
    this.pid = pid;
    this.findings = findings;
    this.authority = authority;
    this.recent = recent;
  }

  /** The same collection, for another process. */
  Findings of(int other) {
    return new Findings(other, findings, authority, recent);
  }

  /** Of many threads much the same is said: it is kept once, or a million of them fill the heap. */
  private String shared(String text) {
    int slot = text.hashCode() & RECENT - 1;
    if (!text.equals(recent[slot])) {
      recent[slot] = text;
    }
    return recent[slot];
  }

  private void add(
      String rule,
      Severity severity,
      Effect effect,
      String subject,
      String text,
      Map<String, String> evidence) {
    findings.add(
        new AuditFinding(rule, severity, effect, pid, shared(subject), shared(text), evidence));
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
    authority.add(new Authority(pid, kind, what, Authority.Grant.GRANT));
  }

  AuditReport report() {
    return new AuditReport(findings, authority);
  }
}

package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.policy.Policy.Answer;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static AuditFinding answer(Answer answer) {
    Findings findings = new Findings(1);
    findings.answer(answer, "AU-SIG-07", Severity.LOW, "thread 1", "blocks every signal");
    return findings.report().findings().getFirst();
  }

  @Test
  void whatAPolicyAllowsIsInformation() {
    assertEquals(Severity.INFO, answer(Answer.ALLOW).severity());
    assertEquals(Effect.WARN, answer(Answer.ALLOW).effect());
  }

  @Test
  void whatItWarnsOfIsMore() {
    assertEquals(Severity.LOW, answer(Answer.WARN).severity());
    assertEquals(Effect.WARN, answer(Answer.WARN).effect());
  }

  @Test
  void whatIsFoundVeryOftenIsCounted() {
    Findings findings = new Findings(7);
    findings.warn("AU-REG-01", Severity.HIGH, "thread 7", "once");
    for (int pid = 1; pid <= 2500; pid++) {
      findings.of(pid).refuse("AU-REG-01", Severity.HIGH, "thread " + pid, "no registers");
    }
    AuditReport report = findings.report();
    assertEquals(1002, report.findings().size());
    AuditFinding last = report.findings().getLast();
    assertEquals("1500 more of these are not listed", last.text());
    assertEquals(
        "AU-REG-01 HIGH REFUSE 7 image",
        "%s %s %s %d %s"
            .formatted(last.rule(), last.severity(), last.effect(), last.pid(), last.subject()));
    assertEquals("thread 1000", report.findings().get(1000).subject());
    assertFalse(report.allowed());
  }

  @Test
  void whatItRefusesSaysSo() {
    assertEquals(Effect.REFUSE, answer(Answer.REFUSE).effect());
    assertEquals("blocks every signal, which the policy forbids", answer(Answer.REFUSE).text());
  }
}

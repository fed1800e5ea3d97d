package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
  void whatItRefusesSaysSo() {
    assertEquals(Effect.REFUSE, answer(Answer.REFUSE).effect());
    assertEquals("blocks every signal, which the policy forbids", answer(Answer.REFUSE).text());
  }
}

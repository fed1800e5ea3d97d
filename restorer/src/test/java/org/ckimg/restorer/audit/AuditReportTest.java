package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.junit.jupiter.api.Test;

class AuditReportTest {
  private static AuditFinding finding(String name, Severity severity, Effect effect) {
    return new AuditFinding(name, severity, effect, 1, false, "fd 3", "text", Map.of());
  }

  @Test
  void theWorstComesFirst() {
    AuditReport report =
        new AuditReport(
            List.of(
                finding("adjusts", Severity.INFO, Effect.ADJUST),
                finding("notes", Severity.INFO, Effect.WARN),
                finding("first of two", Severity.HIGH, Effect.REFUSE),
                finding("low", Severity.LOW, Effect.REFUSE),
                finding("warns", Severity.MEDIUM, Effect.WARN),
                finding("second of two", Severity.HIGH, Effect.REFUSE),
                finding("refuses", Severity.MEDIUM, Effect.REFUSE),
                finding("worst", Severity.CRITICAL, Effect.REFUSE)),
            List.of());
    assertEquals(
        List.of(
            "worst",
            "first of two",
            "second of two",
            "refuses",
            "warns",
            "low",
            "notes",
            "adjusts"),
        report.worstFirst().stream().map(AuditFinding::rule).toList());
  }
}

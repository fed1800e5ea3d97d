package org.ckimg.tools.json;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ckimg.restorer.audit.AuditFinding;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.tools.triage.TriageFinding;
import org.ckimg.tools.triage.TriageReport;
import org.ckimg.tools.triage.TriageRule;

/**
 * What a SARIF log says.
 *
 * @param results in the order in which they are shown
 * @param rules what each rule demands, by id
 * @param properties of the whole run
 */
record SarifLog(List<Result> results, Map<String, String> rules, Map<String, String> properties) {
  SarifLog {
    results = List.copyOf(results);
  }

  /**
   * A finding.
   *
   * @param rule id
   * @param level {@code error}, {@code warning} or {@code note}
   * @param effect what follows from it
   * @param pid of a process in the image
   * @param subject what it is about
   * @param evidence names and values
   */
  record Result(
      String rule,
      String level,
      Severity severity,
      Optional<Effect> effect,
      OptionalInt pid,
      String subject,
      String text,
      Map<String, String> evidence) {}

  /** An audit. */
  static SarifLog of(AuditReport report) throws IOException {
    return new SarifLog(
        report.worstFirst().stream().map(SarifLog::result).toList(),
        RuleTexts.read(),
        Map.of("verdict", report.allowed() ? "allow" : "refuse"));
  }

  private static Result result(AuditFinding finding) {
    return new Result(
        finding.rule(),
        level(finding),
        finding.severity(),
        Optional.of(finding.effect()),
        OptionalInt.of(finding.pid()),
        finding.subject(),
        finding.text(),
        new TreeMap<>(finding.evidence()));
  }

  /** What a policy allows is worth a note, as is what is adjusted. */
  private static String level(AuditFinding finding) {
    if (finding.effect() == Effect.REFUSE) {
      return "error";
    }
    boolean warns = finding.effect() == Effect.WARN && finding.severity() != Severity.INFO;
    return warns ? "warning" : "note";
  }

  /** A triage. */
  static SarifLog of(TriageReport report) {
    return new SarifLog(
        report.findings().stream().map(SarifLog::result).toList(),
        Stream.of(TriageRule.values())
            .collect(Collectors.toMap(TriageRule::id, TriageRule::expectation)),
        Map.of());
  }

  private static Result result(TriageFinding finding) {
    return new Result(
        finding.rule().id(),
        switch (finding.severity()) {
          case CRITICAL, HIGH -> "error";
          case MEDIUM, LOW -> "warning";
          case INFO -> "note";
        },
        finding.severity(),
        Optional.empty(),
        finding.pid(),
        finding.subject(),
        finding.text(),
        finding.evidence());
  }
}

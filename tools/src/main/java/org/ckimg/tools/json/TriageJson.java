package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.triage.TriageFinding;
import org.ckimg.tools.triage.TriageReport;

/** The document {@code ckimg.triage/1}. */
public final class TriageJson {
  private final Json json;

  private TriageJson(Json json) {
    this.json = json;
  }

  /** Writes it. */
  public static void write(Subject subject, TriageReport report, PrintWriter out)
      throws IOException {
    try (Json json = new Json(out)) {
      write(subject, report, json);
    }
  }

  static void write(Subject subject, TriageReport report, Json json) throws IOException {
    json.object(() -> new TriageJson(json).document(subject, report));
  }

  private void document(Subject subject, TriageReport report) throws IOException {
    json.text("schema", "ckimg.triage/1");
    json.object("image", new ImageJson(json, subject)::fields);
    json.objects("findings", report.findings(), this::finding);
    json.strings("notLookedAt", report.notes());
    json.strings("warnings", subject.image().warnings());
  }

  private void finding(TriageFinding finding) throws IOException {
    json.text("rule", finding.rule().id());
    json.text("severity", AuditJson.lower(finding.severity()));
    json.number("pid", finding.pid());
    json.text("subject", finding.subject());
    json.text("text", finding.text());
    json.object("evidence", () -> evidence(finding.evidence()));
  }

  private void evidence(Map<String, String> evidence) throws IOException {
    for (Map.Entry<String, String> entry : evidence.entrySet()) {
      json.text(entry.getKey(), entry.getValue());
    }
  }
}

package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.ckimg.restorer.audit.AuditFinding;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.audit.Authority;

/** The document {@code ckimg.audit/1}. */
public final class AuditJson {
  private AuditJson() {}

  /** Writes it. */
  public static void write(AuditReport report, PrintWriter out) throws IOException {
    try (Json json = new Json(out)) {
      json.object(() -> document(report, json));
    }
  }

  private static void document(AuditReport report, Json json) throws IOException {
    json.text("schema", "ckimg.audit/1");
    json.text("verdict", report.allowed() ? "allow" : "refuse");
    json.objects("findings", report.worstFirst(), finding -> finding(finding, json));
    json.objects("authority", report.authority(), authority -> authority(authority, json));
  }

  private static void finding(AuditFinding finding, Json json) throws IOException {
    json.text("rule", finding.rule());
    json.text("severity", lower(finding.severity()));
    json.text("effect", lower(finding.effect()));
    json.number("pid", finding.pid());
    json.text("subject", finding.subject());
    json.text("text", finding.text());
    json.object("evidence", () -> evidence(finding, json));
  }

  static void evidence(AuditFinding finding, Json json) throws IOException {
    for (Map.Entry<String, String> entry : new TreeMap<>(finding.evidence()).entrySet()) {
      json.text(entry.getKey(), entry.getValue());
    }
  }

  private static void authority(Authority authority, Json json) throws IOException {
    json.number("pid", authority.pid());
    json.text("kind", authority.kind());
    json.text("what", authority.what());
    json.text("effect", lower(authority.effect()));
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

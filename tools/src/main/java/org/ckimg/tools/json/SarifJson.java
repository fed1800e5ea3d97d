package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.audit.AuditReport;

/** An audit as SARIF 2.1.0, the OASIS Standard Static Analysis Results Interchange Format. */
public final class SarifJson {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

  private final AuditReport report;
  private final String uri;
  private final List<String> rules;
  private final Json json;

  private SarifJson(AuditReport report, String uri, Json json) {
    this.report = report;
    this.uri = uri;
    this.rules = report.worstFirst().stream().map(AuditFinding::rule).distinct().toList();
    this.json = json;
  }

  /**
   * Writes it.
   *
   * @param image name of the image
   * @param version of ckimg
   */
  public static void write(AuditReport report, String image, String version, PrintWriter out)
      throws IOException {
    try (Json json = new Json(out)) {
      SarifJson document = new SarifJson(report, uri(image), json);
      json.object(() -> document.log(version));
    }
  }

  private void log(String version) throws IOException {
    json.text("$schema", SCHEMA);
    json.text("version", "2.1.0");
    json.objects("runs", List.of(version), this::run);
  }

  private void run(String version) throws IOException {
    Map<String, String> texts = RuleTexts.read();
    json.object(
        "tool",
        () ->
            json.object(
                "driver",
                () -> {
                  json.text("name", "ckimg");
                  json.text("version", version);
                  json.objects("rules", rules, rule -> rule(rule, texts));
                }));
    json.objects("results", report.worstFirst(), this::result);
    json.object("properties", () -> json.text("verdict", report.allowed() ? "allow" : "refuse"));
  }

  private void rule(String rule, Map<String, String> texts) throws IOException {
    json.text("id", rule);
    message("shortDescription", texts.getOrDefault(rule, rule));
  }

  private void result(AuditFinding finding) throws IOException {
    json.text("ruleId", finding.rule());
    json.number("ruleIndex", rules.indexOf(finding.rule()));
    json.text("level", level(finding));
    message("message", finding.subject() + ": " + finding.text());
    json.objects("locations", List.of(finding), this::location);
    json.object("properties", () -> properties(finding));
  }

  private void location(AuditFinding finding) throws IOException {
    json.object(
        "physicalLocation", () -> json.object("artifactLocation", () -> json.text("uri", uri)));
    json.objects(
        "logicalLocations", List.of(finding.subject()), subject -> json.text("name", subject));
  }

  private void properties(AuditFinding finding) throws IOException {
    json.text("severity", AuditJson.lower(finding.severity()));
    json.text("effect", AuditJson.lower(finding.effect()));
    json.number("pid", finding.pid());
    json.object("evidence", () -> AuditJson.evidence(finding, json));
  }

  private void message(String name, String text) throws IOException {
    json.object(name, () -> json.text("text", text));
  }

  /** What a policy allows is worth a note, as is what is adjusted. */
  private static String level(AuditFinding finding) {
    if (finding.effect() == Effect.REFUSE) {
      return "error";
    }
    boolean warns = finding.effect() == Effect.WARN && finding.severity() != Severity.INFO;
    return warns ? "warning" : "note";
  }

  /** A relative or absolute path as a URI reference, RFC 3986. */
  private static String uri(String path) {
    StringBuilder uri = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0 && UNRESERVED.indexOf(b) >= 0) {
        uri.append((char) b);
      } else {
        uri.append("%%%02X".formatted(b & 0xff));
      }
    }
    return uri.toString();
  }
}

package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.tools.triage.TriageReport;

/** Findings as SARIF 2.1.0, the OASIS Standard Static Analysis Results Interchange Format. */
public final class SarifJson {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

  private final SarifLog log;
  private final String uri;
  private final List<String> rules;
  private final Json json;

  private SarifJson(SarifLog log, String uri, Json json) {
    this.log = log;
    this.uri = uri;
    this.rules = log.results().stream().map(SarifLog.Result::rule).distinct().toList();
    this.json = json;
  }

  /**
   * Writes an audit.
   *
   * @param image name of the image
   * @param version of ckimg
   */
  public static void write(AuditReport report, String image, String version, PrintWriter out)
      throws IOException {
    write(SarifLog.of(report), image, version, out);
  }

  /**
   * Writes a triage.
   *
   * @param image name of the image
   * @param version of ckimg
   */
  public static void write(TriageReport report, String image, String version, PrintWriter out)
      throws IOException {
    write(SarifLog.of(report), image, version, out);
  }

  private static void write(SarifLog log, String image, String version, PrintWriter out)
      throws IOException {
    try (Json json = new Json(out)) {
      SarifJson document = new SarifJson(log, uri(image), json);
      json.object(() -> document.log(version));
    }
  }

  private void log(String version) throws IOException {
    json.text("$schema", SCHEMA);
    json.text("version", "2.1.0");
    json.objects("runs", List.of(version), this::run);
  }

  private void run(String version) throws IOException {
    json.object(
        "tool",
        () ->
            json.object(
                "driver",
                () -> {
                  json.text("name", "ckimg");
                  json.text("version", version);
                  json.objects("rules", rules, this::rule);
                }));
    json.objects("results", log.results(), this::result);
    if (!log.properties().isEmpty()) {
      json.object("properties", () -> texts(log.properties()));
    }
  }

  private void texts(Map<String, String> texts) throws IOException {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.text(text.getKey(), text.getValue());
    }
  }

  private void rule(String rule) throws IOException {
    json.text("id", rule);
    message("shortDescription", log.rules().getOrDefault(rule, rule));
  }

  private void result(SarifLog.Result finding) throws IOException {
    json.text("ruleId", finding.rule());
    json.number("ruleIndex", rules.indexOf(finding.rule()));
    json.text("level", finding.level());
    message("message", finding.subject() + ": " + finding.text());
    json.objects("locations", List.of(finding), this::location);
    json.object("properties", () -> properties(finding));
  }

  private void location(SarifLog.Result finding) throws IOException {
    json.object(
        "physicalLocation", () -> json.object("artifactLocation", () -> json.text("uri", uri)));
    json.objects(
        "logicalLocations", List.of(finding.subject()), subject -> json.text("name", subject));
  }

  private void properties(SarifLog.Result finding) throws IOException {
    json.text("severity", AuditJson.lower(finding.severity()));
    json.text("effect", finding.effect().map(AuditJson::lower));
    json.number("pid", finding.pid());
    json.object("evidence", () -> texts(finding.evidence()));
  }

  private void message(String name, String text) throws IOException {
    json.object(name, () -> json.text("text", text));
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

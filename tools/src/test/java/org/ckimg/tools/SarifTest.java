package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding;
import org.ckimg.restorer.audit.AuditFinding.Effect;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.tools.json.SarifJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What SARIF 2.1.0 demands of a log file: sections 3.13, 3.14, 3.19, 3.27, 3.49 of the standard.
 */
class SarifTest {
  private static final AuditReport REPORT =
      new AuditReport(
          List.of(
              finding("AU-PID-01", Severity.INFO, Effect.ADJUST),
              finding("AU-SIG-06", Severity.INFO, Effect.WARN),
              finding("AU-FIL-06", Severity.MEDIUM, Effect.WARN),
              finding("AU-FIL-01", Severity.HIGH, Effect.REFUSE),
              finding("AU-FIL-01", Severity.HIGH, Effect.REFUSE),
              finding("AU-XX-99", Severity.LOW, Effect.REFUSE)),
          List.of());

  @TempDir Path folder;

  private static AuditFinding finding(String rule, Severity severity, Effect effect) {
    return new AuditFinding(
        rule, severity, effect, 7, false, "fd 3", "it is so", Map.of("uid", "1000"));
  }

  private static JsonNode sarif(String image) throws IOException {
    StringWriter out = new StringWriter();
    SarifJson.write(REPORT, image, "1.2", new PrintWriter(out));
    return new ObjectMapper().readTree(out.toString());
  }

  private static void requireEssentials(JsonNode log) {
    assertEquals("2.1.0", log.get("version").asText());
    assertTrue(URI.create(log.get("$schema").asText()).isAbsolute());
    assertEquals(1, log.get("runs").size());
    JsonNode driver = log.at("/runs/0/tool/driver");
    assertEquals("ckimg", driver.get("name").asText());
    assertTrue(driver.get("version").isTextual());
    for (JsonNode rule : driver.get("rules")) {
      assertTrue(rule.get("id").isTextual());
      assertFalse(rule.at("/shortDescription/text").asText().isEmpty(), rule.toString());
    }
    for (JsonNode result : log.at("/runs/0/results")) {
      String rule = driver.get("rules").get(result.get("ruleIndex").asInt()).get("id").asText();
      assertEquals(rule, result.get("ruleId").asText());
      assertTrue(List.of("error", "warning", "note").contains(result.get("level").asText()));
      assertFalse(result.at("/message/text").asText().isEmpty());
      JsonNode location = result.at("/locations/0");
      URI.create(location.at("/physicalLocation/artifactLocation/uri").asText());
      assertFalse(location.at("/logicalLocations/0/name").asText().isEmpty());
    }
  }

  @Test
  void essentials() throws IOException {
    JsonNode log = sarif("a.ckimg");
    requireEssentials(log);
    assertEquals("refuse", log.at("/runs/0/properties/verdict").asText());
    assertEquals(5, log.at("/runs/0/tool/driver/rules").size());
    JsonNode first = log.at("/runs/0/results/0");
    assertEquals("AU-FIL-01", first.get("ruleId").asText());
    assertEquals("fd 3: it is so", first.at("/message/text").asText());
    assertEquals(
        "{\"severity\":\"high\",\"effect\":\"refuse\",\"pid\":7,\"evidence\":{\"uid\":\"1000\"}}",
        first.get("properties").toString());
    assertEquals(
        "every file can be opened by its path with the program's ids",
        log.at("/runs/0/tool/driver/rules/0/shortDescription/text").asText());
  }

  @Test
  void levels() throws IOException {
    assertEquals(
        List.of("error", "error", "warning", "error", "note", "note"),
        sarif("a").at("/runs/0/results").findValuesAsText("level"));
  }

  @Test
  void namesBecomeReferences() throws IOException {
    String uri = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
    assertEquals("/a%20b/c%3Ad%25.ckimg", sarif("/a b/c:d%.ckimg").at(uri).asText());
    assertEquals("%C3%A9", sarif("é").at(uri).asText());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void ofAnImage() throws IOException {
    String image = Cli.write(folder, "process", Cli.sample("process")).toString();
    Cli.Result result = new Cli().run("restore", "--verify", "--sarif", image);
    assertEquals(1, result.code(), result.err());
    JsonNode log = new ObjectMapper().readTree(result.out());
    requireEssentials(log);
    assertTrue(log.at("/runs/0/results").size() > 10, result.out());
    for (JsonNode rule : log.at("/runs/0/tool/driver/rules")) {
      assertFalse(rule.get("id").equals(rule.at("/shortDescription/text")), rule.toString());
    }
  }

  @Test
  void notWithJsonAndNotWithoutVerify() {
    for (String options : List.of("--sarif --json --verify", "--sarif", "--sarif --plan")) {
      Cli.Result result = new Cli().run(("restore a.ckimg " + options).split(" "));
      assertEquals(2, result.code(), result.err());
      assertTrue(result.err().contains("--sarif goes with --verify"), result.err());
    }
  }
}

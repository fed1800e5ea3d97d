package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the audit says of an image. */
final class Audit {
  private Audit() {}

  /** The report of {@code restore --verify}. */
  static JsonNode report(Path image, String... options) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("restore", image, "--verify", "--json"));
    arguments.addAll(List.of(options));
    return new ObjectMapper().readTree(InProcess.run(arguments.toArray()).out());
  }

  /** An honest image is let through, with nothing worse than information. */
  static void assertHarmless(Path image) throws Exception {
    JsonNode report = report(image);
    List<String> worse = new ArrayList<>();
    for (JsonNode finding : report.at("/findings")) {
      if (!finding.at("/severity").asText().equals("info")) {
        worse.add(finding.toString());
      }
    }
    assertEquals(List.of(), worse);
    assertEquals("allow", report.at("/verdict").asText());
  }
}

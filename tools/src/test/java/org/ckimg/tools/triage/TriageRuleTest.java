package org.ckimg.tools.triage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** TRIAGE.md has a row for every rule, with its severity and its sentence, and no other. */
class TriageRuleTest {
  @Test
  void theDocumentHasEveryRule() throws IOException {
    Map<String, String[]> rows = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../spec/TRIAGE.md"))) {
      if (line.startsWith("| TR-")) {
        String[] cells = line.split(" *\\| *");
        rows.put(cells[1], cells);
      }
    }
    assertEquals(TriageRule.values().length, rows.size());
    for (TriageRule rule : TriageRule.values()) {
      String[] cells = rows.get(rule.id());
      assertTrue(cells[2].startsWith(rule.severity().name().toLowerCase()), rule.id());
      assertTrue(cells[3].startsWith(rule.expectation()), rule.id() + ": " + cells[3]);
    }
  }
}

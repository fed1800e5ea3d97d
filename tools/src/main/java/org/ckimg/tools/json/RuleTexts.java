package org.ckimg.tools.json;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What each rule of the audit demands: the table of spec/AUDIT.md, which is in the jar. */
final class RuleTexts {
  private static final String ROW = "| AU-";
  private static final int ID = 1;
  private static final int DEMAND = 4;

  private RuleTexts() {}

  /** One sentence for each rule. */
  static Map<String, String> read() throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (InputStream in = RuleTexts.class.getResourceAsStream("AUDIT.md")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] cells = line.split(" *\\| *");
        if (line.startsWith(ROW) && cells.length > DEMAND) {
          texts.put(cells[ID], cells[DEMAND].replace("`", ""));
        }
      }
    }
    return texts;
  }
}

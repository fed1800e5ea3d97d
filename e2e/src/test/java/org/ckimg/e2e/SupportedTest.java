package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code spec/SUPPORTED.md} says what the tests show, no more and no less. {@code
 * -Dckimg.write=true} writes it.
 */
@Timeout(60)
@Tag("quick")
class SupportedTest {
  private static final Path FILE = Stage.checkout().resolve("spec/SUPPORTED.md");
  private static final String MARK = "<!-- from here on written by SupportedTest -->\n";

  @Test
  void theTableIsWhatTheTestsShow() throws Exception {
    String text = Files.readString(FILE);
    String head = text.substring(0, text.indexOf(MARK) + MARK.length());
    String expected = head + SupportedTable.text();
    if (Boolean.getBoolean("ckimg.write")) {
      Files.writeString(FILE, expected);
    }
    assertEquals(
        expected,
        Files.readString(FILE),
        "write it anew: ./verify -pl e2e -am -Dit.test=SupportedTest -Dckimg.write=true");
  }

  @Test
  void everyCaseIsNamedOnce() throws Exception {
    List<SupportedTable.Row> rows = SupportedTable.rows();
    assertEquals(
        rows.size(), new HashSet<>(rows.stream().map(SupportedTable.Row::shownBy).toList()).size());
    assertTrue(rows.size() >= 60, rows.size() + " cases");
  }
}

package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process with 20,000 mappings and 80,000 pages: more than a report has room for. */
@Timeout(300)
class CrowdedTest {
  private static final int MAPPINGS = 20_000;
  private static final int MOST_HTML = 5_000_000;

  @TempDir private static Path folder;
  private static String image;

  @BeforeAll
  static void build() {
    image = Cli.write(folder, "crowded", Samples.crowded(MAPPINGS).build().bytes()).toString();
  }

  private static Cli.Result run(String... arguments) {
    Cli.Result result = new Cli().run(arguments);
    assertTrue(result.code() <= 1, result.err());
    return result;
  }

  @Test
  void theReportStaysSmallAndSaysWhatIsMissing() throws IOException {
    String page = run("report", image, "-o", "-").out();
    assertTrue(page.length() < MOST_HTML, page.length() + " characters");
    for (String id : new String[] {"inspect", "triage", "layers"}) {
      JsonNode document = ReportTest.document(page, id);
      String schema = "ckimg." + id + "-1";
      assertEquals(Set.of(), JsonTest.schema(schema).validate(document), schema);
    }
    ObjectNode inspect = (ObjectNode) ReportTest.document(page, "inspect");
    int shown = inspect.at("/processes/0/vmas").size();
    assertTrue(shown > 1000, shown + " mappings are shown");
    assertEquals(MAPPINGS - shown, inspect.at("/leftOut/processes.vmas").asInt());
    inspect.putObject("leftOut").put("processes.vmas", 0);
    assertEquals(1, JsonTest.schema("ckimg.inspect-1").validate(inspect).size());
  }

  @Test
  void aDifferenceWithItselfIsNone() throws IOException {
    String page = run("report", image, image, "-o", "-").out();
    assertTrue(page.length() < MOST_HTML, page.length() + " characters");
    JsonNode diff = ReportTest.document(page, "diff");
    assertEquals(Set.of(), JsonTest.schema("ckimg.diff-1").validate(diff));
    assertTrue(diff.get("same").asBoolean());
  }

  @Test
  void everyMatchIsFoundWhereItIs() {
    String[] lines = run("mem", image, "--pid", "77", "search", "page 0").out().split("\n");
    assertEquals(MAPPINGS / 16, lines.length);
    String last = "%x".formatted(0x10 + 5L * (MAPPINGS - 16) << 12);
    assertTrue(lines[lines.length - 1].contains(last), lines[lines.length - 1]);
  }
}

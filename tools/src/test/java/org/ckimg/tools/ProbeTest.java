package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import org.ckimg.linux.probe.Feature;
import org.ckimg.tools.json.ProbeJson;
import org.ckimg.tools.text.Paper;
import org.ckimg.tools.text.ProbeView;
import org.ckimg.tools.text.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProbeTest {
  private static final List<Feature> FEATURES =
      List.of(
          new Feature("ptrace", Feature.Need.REQUIRED, true, "", ""),
          new Feature("kcmp", Feature.Need.FOR_SOME, false, "kcmp gives ENOSYS", "a newer kernel"),
          new Feature("PAGEMAP_SCAN", Feature.Need.OPTIONAL, true, "", ""));

  @Test
  void everyFeatureHasItsPart() {
    StringWriter out = new StringWriter();
    ProbeView.print(FEATURES, true, new Paper(new PrintWriter(out), Style.PLAIN));
    assertEquals(
        """
        needed for every dump or restore
          yes  ptrace

        needed for some programs
          no   kcmp
               why:  kcmp gives ENOSYS
               then: a newer kernel

        optional
          yes  PAGEMAP_SCAN

        this host can dump and restore
        """,
        out.toString());
  }

  @Test
  void jsonFollowsItsSchema() throws IOException {
    StringWriter out = new StringWriter();
    ProbeJson.write(FEATURES, true, new PrintWriter(out));
    JsonNode document = new ObjectMapper().readTree(out.toString());
    assertEquals(Set.of(), JsonTest.schema("ckimg.probe-1").validate(document));
    assertEquals("for-some", document.at("/features/1/need").asText());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisHostIsProbed() throws IOException {
    Cli.Result result = new Cli().run("probe", "--json");
    JsonNode document = new ObjectMapper().readTree(result.out());
    assertEquals(Set.of(), JsonTest.schema("ckimg.probe-1").validate(document));
    assertTrue(document.get("features").size() > 5, result.out());
    assertEquals(document.get("usable").asBoolean() ? 0 : 4, result.code());
  }
}

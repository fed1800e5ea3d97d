package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactTest {
  @TempDir private Path folder;

  private Path redacted(String sample, String what) {
    Path image = Cli.write(folder, sample, Cli.sample(sample));
    Path out = folder.resolve("out.ckimg");
    Cli.Result result =
        new Cli().run("convert", image.toString(), out.toString(), "--redact", what);
    assertEquals(0, result.code(), result.err());
    return out;
  }

  private static JsonNode inspect(Path image) throws Exception {
    Cli.Result result = new Cli().run("inspect", image.toString(), "--json");
    assertEquals(0, result.code(), result.err());
    return new ObjectMapper().readTree(result.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"process", "sockets", "tree", "minimal", "partial"})
  void whatIsLeftIsSoundAndSaysSo(String sample) throws Exception {
    Path image = redacted(sample, "all");
    assertEquals(0, new Cli().run("check", image.toString()).code());
    JsonNode document = inspect(image);
    assertEquals(List.of(), List.copyOf(JsonTest.schema("ckimg.inspect-1").validate(document)));
    assertTrue(document.at("/image/redacted").asBoolean());
    assertTrue(document.get("warnings").toString().contains("redacted"), "a warning");
    assertTrue(new Cli().run("inspect", image.toString()).out().contains("redacted"), "text");
  }

  /** Other bytes in the same places. */
  @Test
  void theStructureStays() throws Exception {
    ObjectNode before =
        (ObjectNode) inspect(Cli.write(folder, "before", Cli.sample("process"))).at("/processes/0");
    ObjectNode after = (ObjectNode) inspect(redacted("process", "all")).at("/processes/0");
    for (String same : List.of("fds", "signals", "limits", "locks", "timers", "exe", "layout")) {
      assertEquals(before.get(same), after.get(same), same);
    }
    assertEquals(before.get("vmas").size(), after.get("vmas").size());
    assertEquals("[\"demo\",\"******\"]", after.get("argv").toString());
    assertEquals(before.at("/threads/0/registers/rip"), after.at("/threads/0/registers/rip"));
    assertEquals("0x0", after.at("/threads/0/registers/r15").asText());
    for (JsonNode entry : after.get("environment")) {
      assertTrue(entry.asText().matches("[A-Z_]+=[*]*"), entry.asText());
    }
  }

  @Test
  void onlyWhatWasAskedForIsTakenOut() throws Exception {
    JsonNode process = inspect(redacted("process", "arguments")).at("/processes/0");
    assertEquals("[\"demo\",\"******\"]", process.get("argv").toString());
    assertFalse(process.get("environment").toString().contains("*"), "environment");
    assertEquals("0x706050403020100", process.at("/threads/0/registers/r15").asText());
    JsonNode other = inspect(redacted("process", "environment,heap")).at("/processes/0");
    assertEquals("[\"demo\",\"--slow\"]", other.get("argv").toString());
    assertTrue(other.get("environment").toString().contains("*"), "environment");
  }

  @Test
  void aSecondImageOfItStaysRedacted() throws Exception {
    Path image = redacted("process", "heap");
    Path again = folder.resolve("again.ckimg");
    assertEquals(0, new Cli().run("convert", image.toString(), again.toString()).code());
    assertTrue(inspect(again).at("/image/redacted").asBoolean());
  }

  @Test
  void aFormatThatCannotSaySoIsNotWritten() throws Exception {
    Path image = Cli.write(folder, "a", Cli.sample("process"));
    Path core = folder.resolve("a.core");
    Cli.Result result =
        new Cli().run("convert", image.toString(), core.toString(), "--redact", "all");
    assertEquals(2, result.code(), result.err());
    assertFalse(Files.exists(core));
  }
}

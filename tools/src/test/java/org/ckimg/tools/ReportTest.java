package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.tools.text.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportTest {
  @TempDir private Path folder;

  /** All that need no other image. */
  static Stream<String> samples() {
    return JsonTest.samples().stream().filter(name -> !name.endsWith("child"));
  }

  static JsonNode document(String page, String id) throws IOException {
    String start = "<script type=\"application/json\" id=\"" + id + "\">";
    int at = page.indexOf(start) + start.length();
    return new ObjectMapper().readTree(page.substring(at, page.indexOf("</script>", at)));
  }

  private static String report(byte[] image) {
    Cli.Result result = new Cli(image, Style.PLAIN).run("report", "-", "-o", "-");
    assertEquals(0, result.code(), result.err());
    return result.out();
  }

  /** What the page shows is what the other commands say. */
  @ParameterizedTest
  @MethodSource("samples")
  void documentsAreThoseOfTheCommands(String sample) throws IOException {
    byte[] image = Cli.sample(sample);
    String page = report(image);
    ObjectNode inspect = (ObjectNode) document(page, "inspect");
    assertEquals(Set.of(), JsonTest.schema("ckimg.inspect-1").validate(inspect));
    assertEquals("{}", inspect.remove("leftOut").toString());
    String printed = new Cli(image, Style.PLAIN).run("inspect", "-", "--json").out();
    assertEquals(new ObjectMapper().readTree(printed), inspect);
    ObjectNode triage = (ObjectNode) document(page, "triage");
    assertEquals("{}", triage.remove("leftOut").toString());
    printed = new Cli(image, Style.PLAIN).run("triage", "-", "--json").out();
    assertEquals(new ObjectMapper().readTree(printed), triage);
    assertFalse(page.contains("id=\"diff\""), "nothing to compare with");
    JsonNode layers = document(page, "layers");
    assertEquals(Set.of(), JsonTest.schema("ckimg.layers-1").validate(layers), layers.toString());
  }

  @Test
  void layersSayHowPagesAreKept() throws IOException {
    JsonNode layers = document(report(Cli.sample("process")), "layers");
    JsonNode mapping = layers.at("/processes/0/vmas");
    JsonNode found = null;
    for (JsonNode bins : mapping) {
      found = bins.get("vma").asInt() == 2 ? bins : found;
    }
    assertEquals(8, found.get("pieces").asInt());
    int stored = found.get("stored").asText().split("ff", -1).length - 1;
    int zero = found.get("zero").asText().split("ff", -1).length - 1;
    assertEquals("2 stored, 3 zero", stored + " stored, " + zero + " zero");
    assertFalse(found.has("changed"), "a layer with nothing in it");
  }

  @Test
  void twoImagesAreADiff() throws IOException {
    Path a = Cli.write(folder, "a", Cli.sample("process"));
    Path b = Cli.write(folder, "b", Cli.sample("process"));
    Path page = folder.resolve("page.html");
    Cli.Result result = new Cli().run("report", a.toString(), b.toString(), "-o", page.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(document(Files.readString(page), "diff").get("same").asBoolean());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(page)));
  }

  @Test
  void nothingIsWrittenOfWhatIsNoImage() throws IOException {
    Path page = folder.resolve("page.html");
    byte[] damaged = Cli.sample("process");
    damaged[damaged.length / 2] ^= 1;
    for (byte[] input : new byte[][] {{1, 2, 3}, damaged}) {
      Cli.Result result = new Cli(input, Style.PLAIN).run("report", "-", "-o", page.toString());
      assertEquals(3, result.code(), result.err());
      assertTrue(result.err().contains("CK-"), result.err());
    }
    assertEquals(0, folder.toFile().list().length);
  }

  @Test
  void whereItGoesMustBeSaid() {
    assertEquals(2, new Cli().run("report", "a.ckimg").code());
    assertEquals(2, new Cli().run("report", "-", "-", "-o", "-").code());
  }
}

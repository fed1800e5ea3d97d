package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.testkit.Samples;
import org.ckimg.tools.text.Style;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program was dumped by CRIU, told to make known changes, and dumped again: see facts.txt in the
 * archive.
 */
class DiffTest {
  private static final Path PAIR = Path.of("../interop/src/test/resources/criu/pair.tar.gz");
  private static final long PRIVATE = 0x7f81393ee000L;

  @TempDir private static Path folder;
  private static String a;
  private static String b;

  @BeforeAll
  static void unpack() throws Exception {
    Process tar =
        new ProcessBuilder("tar", "-xzf", PAIR.toString(), "-C", folder.toString())
            .inheritIO()
            .start();
    assertEquals(0, tar.waitFor());
    a = folder.resolve("pair/A").toString();
    b = folder.resolve("pair/B").toString();
  }

  private static JsonNode document(int code, String... arguments) throws IOException {
    String[] all =
        Stream.concat(Stream.of("diff", "--json"), Stream.of(arguments)).toArray(String[]::new);
    Cli.Result result = new Cli().run(all);
    assertEquals(code, result.code(), result.err());
    JsonNode document = new ObjectMapper().readTree(result.out());
    String schema = document.get("schema").asText().replace('/', '-');
    assertEquals(Set.of(), JsonTest.schema(schema).validate(document), result.out());
    return document;
  }

  private static JsonNode process(JsonNode document) {
    assertEquals(1, document.get("processes").size());
    return document.at("/processes/0");
  }

  private static List<String> list(JsonNode array, String... fields) {
    List<String> lines = new ArrayList<>();
    array.forEach(element ->
        lines.add(
            String.join(
                " ", Stream.of(fields).map(field -> element.at("/" + field).asText()).toList())));
    return lines;
  }

  @Test
  void everyChangeThatTheProgramMadeAndNoOther() throws IOException {
    JsonNode document = document(1, a, b);
    assertFalse(document.get("same").asBoolean());
    JsonNode process = process(document);
    assertEquals("changed", process.get("change").asText());
    assertEquals(List.of("umask 0022 0027"), list(process.get("fields"), "name", "a", "b"));
    assertEquals(
        List.of("blocked [] [SIGHUP]"), list(process.at("/threads/0/fields"), "name", "a", "b"));
    assertEquals(1, process.get("threads").size());
    assertEquals(
        List.of("SIGUSR1 0x55c8309ed254 ignore"),
        list(process.get("signals"), "signal", "a/handler", "b/handler"));
    assertEquals(
        List.of(
            "3 changed /srv/sample/ab/run/alpha.txt 13 /srv/sample/ab/run/alpha.txt 18",
            "4 replaced /srv/sample/ab/run/beta.txt 5 /srv/sample/ab/run/gamma.txt 0",
            "5 removed /srv/sample/ab/run/facts.txt 86  "),
        list(process.get("fds"), "fd", "change", "a/path", "a/position", "b/path", "b/position"));
    assertEquals("[\"position\",\"bytes\"]", process.at("/fds/0/fields").toString());
    assertEquals(
        List.of(
            "added 0x7f81393d6000 0x7f81393de000  rw- false",
            "protection 0x7f8139619000 0x7f813961d000 rw- r-x true"),
        list(process.get("vmas"), "change", "start", "end", "a/prot", "b/prot", "gainsExecute"));
  }

  /** The list was made from the raw page files, by a program that shares nothing with this one. */
  @Test
  void everyPageThatTheProgramWroteAndNoOther() throws IOException {
    JsonNode pages = process(document(1, a, b)).get("pages");
    assertEquals(112, pages.get("compared").asInt());
    assertEquals(22, pages.get("changed").asInt());
    assertEquals(2, pages.get("zeroed").asInt());
    assertEquals(2, pages.get("added").asInt());
    assertEquals(0, pages.get("dropped").asInt());
    List<String> expected = new ArrayList<>();
    expected.add("0x55c8309f0000 0x55c8309f1000 changed");
    expected.add("0x55c84be5e000 0x55c84be60000 changed");
    expected.add("0x7f81393d6000 0x7f81393d8000 added");
    expected.add("0x7f81393e1000 0x7f81393e2000 changed");
    for (int k = 0; k < 10; k++) {
      long page = PRIVATE + k * 5 * 4096L;
      expected.add("0x%x 0x%x changed".formatted(page, page + 4096));
    }
    expected.add("0x7f813942a000 0x7f813942c000 zeroed");
    expected.add("0x7f813942e000 0x7f813942f000 changed");
    expected.add("0x7f8139604000 0x7f8139606000 changed");
    expected.add("0x7f8139606000 0x7f8139607000 changed");
    expected.add("0x7f813960c000 0x7f813960d000 changed");
    expected.add("0x7f813965a000 0x7f813965b000 changed");
    expected.add("0x7ffd2aa5a000 0x7ffd2aa5c000 changed");
    assertEquals(expected, list(pages.get("ranges"), "start", "end", "change"));
  }

  @Test
  void bytesOfAPageThatDiffer() throws IOException {
    JsonNode blocks = process(document(1, a, b, "--bytes")).get("bytes");
    for (int k = 0; k < 10; k++) {
      String address = "0x%x".formatted(PRIVATE + k * 5 * 4096L + 112);
      JsonNode block =
          blocks
              .valueStream()
              .filter(found -> found.get("address").asText().equals(address))
              .findFirst()
              .orElseThrow();
      byte[] before = HexFormat.of().parseHex(block.get("a").asText());
      byte[] after = HexFormat.of().parseHex(block.get("b").asText());
      before[123 - 112] ^= (byte) 0xff;
      assertEquals(HexFormat.of().formatHex(before), HexFormat.of().formatHex(after));
    }
    assertTrue(blocks.toString().contains("\"b\":\"AB_STATE=after\""), "the new variable");
  }

  @Test
  void textOfThePair() throws IOException {
    Cli.Result result = new Cli().run("diff", a, b);
    assertEquals(1, result.code());
    assertEquals("", result.err());
    Snapshots.check("views/diff-pair.txt", result.out().replace(folder + "/", ""));
    Cli.Result bytes = new Cli().run("diff", a, b, "--bytes", "--only", "pages");
    String text = bytes.out();
    assertTrue(text.contains("text at 55c84be5f4b0: none -> \"AB_STATE=after\"\n"), text);
    assertTrue(text.contains("-> \"" + "Q".repeat(60) + "…\"\n"), text);
  }

  static Set<String> samples() {
    return Samples.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void anImageIsTheSameAsItself(String sample) throws IOException {
    Path image = Cli.write(folder, "same-" + sample, Cli.sample(sample));
    JsonNode document = document(0, image.toString(), image.toString());
    assertTrue(document.get("same").asBoolean());
    document.get("processes").forEach(p -> assertEquals(0, p.at("/pages/read").asInt()));
  }

  @Test
  void aSetIsTheSameAsItsImageAndItsCore() throws IOException {
    String image = folder.resolve("a.ckimg").toString();
    String core = folder.resolve("a.core").toString();
    assertEquals(0, new Cli().run("convert", a, image).code());
    assertEquals(0, new Cli().run("convert", image, core).code());
    assertEquals("[]", process(document(0, a, image)).get("notCompared").toString());
    JsonNode withCore = process(document(0, image, core));
    assertEquals(112, withCore.at("/pages/compared").asInt());
    String unknown = withCore.get("notCompared").toString();
    for (String name : List.of("umask", "limits", "fds", "signals.actions", "timers")) {
      assertTrue(unknown.contains("\"" + name + "\""), unknown);
    }
    JsonNode changed = process(document(1, core, b));
    assertEquals(22, changed.at("/pages/changed").asInt());
    assertEquals(2, changed.at("/pages/zeroed").asInt());
    assertEquals(2, changed.at("/pages/added").asInt());
  }

  @Test
  void ofTwoImagesWithDigestsNoPageIsRead() throws IOException {
    String first = folder.resolve("first.ckimg").toString();
    String second = folder.resolve("second.ckimg").toString();
    assertEquals(0, new Cli().run("convert", a, first).code());
    assertEquals(0, new Cli().run("convert", b, second, "--compress", "zstd").code());
    JsonNode pages = process(document(1, first, second)).get("pages");
    assertEquals(22, pages.get("changed").asInt());
    assertEquals(0, pages.get("read").asInt());
  }

  @Test
  void aSeriesHasAStepForEachImage() throws IOException {
    JsonNode document = document(1, a, a, b);
    assertEquals("ckimg.timeline/1", document.get("schema").asText());
    assertEquals(List.of("true", "false"), list(document.get("steps"), "same"));
    assertEquals(22, document.at("/steps/1/processes/0/pages/changed").asInt());
    Cli.Result text = new Cli().run("diff", a, a, b);
    assertTrue(text.out().startsWith("step 1\n"), text.out());
    String row = "     2      -          1       2        1    3         2       22       2      2";
    assertTrue(text.out().contains(row), text.out());
    assertEquals(0, new Cli().run("diff", a, a, a).code());
  }

  @Test
  void onlyWhatIsAskedForIsCompared() throws IOException {
    JsonNode process = process(document(1, a, b, "--only", "fds,env"));
    assertEquals(3, process.get("fds").size());
    assertEquals(0, process.get("vmas").size());
    assertEquals(0, process.at("/pages/compared").asInt());
    document(0, a, b, "--only", "limits");
  }

  @Test
  void wrongUsage() {
    assertEquals(2, new Cli().run("diff", a).code());
    assertEquals(2, new Cli().run("diff", "-", "-").code());
    assertEquals(2, new Cli().run("diff", a, b, "--only", "nothing").code());
  }

  @Test
  void theImageThatIsNotSoundIsNamed() {
    byte[] sample = Cli.sample("process");
    Path sound = Cli.write(folder, "sound", sample);
    byte[] lying = sample.clone();
    lying[lying.length - 300] ^= 1;
    Path damaged = Cli.write(folder, "damaged", lying);
    Cli.Result result = new Cli().run("diff", sound.toString(), damaged.toString());
    assertEquals(3, result.code());
    assertTrue(result.err().startsWith("ckimg diff: " + damaged + ": CK-"), result.err());
  }

  /** What is left of an image that was cut anywhere is compared and searched as far as it goes. */
  @ParameterizedTest
  @ValueSource(strings = {"process", "sockets", "tree"})
  void everyCut(String sample) {
    byte[] image = Cli.sample(sample);
    String whole = Cli.write(folder, "whole-" + sample, image).toString();
    for (int length = 100; length < image.length; length += 2411) {
      byte[] cut = Arrays.copyOf(image, length);
      Cli cli = new Cli(cut, Style.PLAIN);
      for (List<String> command :
          List.of(
              List.of("diff", whole, "-", "--bytes"),
              List.of("diff", "-", whole, "--json"),
              List.of("mem", "-", "strings"),
              List.of("mem", "-", "search", "a", "--json"))) {
        Cli.Result result = cli.run(command.toArray(String[]::new));
        assertTrue(List.of(0, 1, 3).contains(result.code()), length + ": " + result.err());
      }
    }
  }

  @Test
  void standardInputIsOneOfTheImages() {
    byte[] sample = Cli.sample("process");
    Path image = Cli.write(folder, "file", sample);
    assertEquals(0, new Cli(sample, Style.PLAIN).run("diff", "-", image.toString()).code());
  }
}

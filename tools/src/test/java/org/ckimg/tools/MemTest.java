package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory of programs that CRIU dumped and that told what they had written where. */
class MemTest {
  private static final Path SAMPLES = Path.of("../interop/src/test/resources/criu");

  @TempDir private static Path folder;
  private static String b;

  @BeforeAll
  static void unpack() throws Exception {
    unpack("pair");
    b = folder.resolve("pair/B").toString();
  }

  private static String unpack(String sample) throws Exception {
    Process tar =
        new ProcessBuilder(
                "tar", "-xzf", SAMPLES.resolve(sample + ".tar.gz").toString(), "-C", folder + "")
            .inheritIO()
            .start();
    assertEquals(0, tar.waitFor());
    return folder.resolve(sample).resolve("img").toString();
  }

  private static Cli.Result mem(String image, String... arguments) {
    return new Cli()
        .run(Stream.concat(Stream.of("mem", image), Stream.of(arguments)).toArray(String[]::new));
  }

  private static JsonNode document(String image, String... arguments) throws IOException {
    String[] all = Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new);
    Cli.Result result = mem(image, all);
    assertEquals(0, result.code(), result.err());
    JsonNode document = new ObjectMapper().readTree(result.out());
    String schema = document.get("schema").asText().replace('/', '-');
    assertEquals(Set.of(), JsonTest.schema(schema).validate(document), result.out());
    return document;
  }

  @Test
  void readShowsBytesAndSaysWhatIsNotThere() throws IOException {
    Cli.Result result = mem(b, "read", "0x55c84be5f4b0:14");
    assertEquals(0, result.code(), result.err());
    assertEquals(
        "[heap] rw-\n"
            + "000055c84be5f4b0  41 42 5f 53 54 41 54 45  3d 61 66 74 65 72        "
            + "|AB_STATE=after|\n",
        result.out());
    assertEquals(result.out(), mem(b, "read", "[heap]+0x14b0:14").out());
    assertEquals(
        "0x7f8139604010",
        document(b, "read", "libc.so.6+0x1d3010:8").at("/pieces/0/address").asText());
    JsonNode pieces = document(b, "read", "7f81393d7ff0:0x20").get("pieces");
    assertEquals(2, pieces.size());
    assertEquals("image", pieces.at("/0/source").asText());
    assertEquals("zero", pieces.at("/1/source").asText());
    assertEquals("0".repeat(32), pieces.at("/1/bytes").asText());
    assertEquals("unmapped", document(b, "read", "1000:1").at("/pieces/0/source").asText());
    JsonNode text = document(b, "read", "7f8139474000:4").at("/pieces/0");
    assertEquals("elsewhere", text.get("source").asText());
    assertFalse(text.has("bytes"));
  }

  @ParameterizedTest
  @CsvSource({
    "AB_STATE=after, text",
    "41425f53544154453d6166746572, hex",
    "AB_[A-Z]{5}=\\w+, regex",
    "'AB_STATE=after\\x00', regex"
  })
  void everyFormOfAPattern(String pattern, String form) throws IOException {
    JsonNode matches = document(b, "search", pattern, "--as", form).get("matches");
    assertEquals(1, matches.size(), matches.toString());
    JsonNode place = matches.at("/0/places/0");
    assertEquals("0x55c84be5f4b0", place.get("address").asText());
    assertEquals(80982, place.get("pid").asInt());
    assertEquals("[heap]+0x14b0", place.get("what").asText());
    assertEquals(1, matches.at("/0/places").size());
    assertTrue(matches.at("/0/bytes").asText().startsWith("41425f5354415445"));
  }

  @Test
  void textOfTwoBytesACharacter() throws IOException {
    ImageBuilder pages = Samples.oneObject();
    pages.pages(1).page(0x1000, "x Gruß aus".getBytes(StandardCharsets.UTF_16LE));
    String image = Cli.write(folder, "wide", pages.build().bytes()).toString();
    JsonNode matches = document(image, "search", "Gruß", "--as", "utf16").get("matches");
    assertEquals(1, matches.size(), matches.toString());
    assertEquals("0x1000004", matches.at("/0/places/0/address").asText());
    assertEquals(0, document(image, "search", "Gruß").get("matches").size());
    assertEquals(2, document(image, "strings", "--utf16", "-n", "3").get("strings").size());
  }

  /** A digest that is wrong where the checksum is right: what is found there is not shown. */
  @Test
  void whatIsFoundIsProvenBeforeItIsShown() {
    ImageBuilder pages = Samples.oneObject();
    for (int i = 0; i < 200; i++) {
      pages.pages(1).page(0x1000 + i, "page %d.".formatted(i).getBytes(StandardCharsets.US_ASCII));
    }
    byte[] lie = pages.build().set("PAGES/digest/100", new byte[16]).bytes();
    String image = Cli.write(folder, "lie", lie).toString();
    assertEquals("", mem(image, "search", "not in it").out());
    Cli.Result other = mem(image, "search", "page 180.");
    assertEquals(0, other.code(), other.err());
    assertTrue(other.out().contains("page 180."), other.out());
    Cli.Result found = mem(image, "search", "page 98.");
    assertEquals(3, found.code(), found.out());
    assertEquals("", found.out());
    assertTrue(found.err().contains("CK-PAG-10"), found.err());
  }

  @Test
  void lettersOfEitherCase() throws IOException {
    assertEquals(0, document(b, "search", "ab_state=AFTER").get("matches").size());
    assertEquals(1, document(b, "search", "ab_state=AFTER", "-i").get("matches").size());
  }

  @Test
  void filters() throws IOException {
    assertEquals(1, document(b, "search", "AB_STATE", "--kind", "heap").get("matches").size());
    assertEquals(0, document(b, "search", "AB_STATE", "--kind", "stack").get("matches").size());
    assertEquals(1, document(b, "search", "AB_STATE", "--prot", "rw").get("matches").size());
    assertEquals(0, document(b, "search", "AB_STATE", "--prot", "x").get("matches").size());
    String range = "55c84be5f000-55c84be60000";
    assertEquals(1, document(b, "search", "AB_STATE", "--range", range).get("matches").size());
    JsonNode code =
        document(b, "search", "90909090", "--as", "hex", "--prot", "rx", "--kind", "anonymous");
    assertEquals(4 * 4096 / 4, code.get("matches").size());
  }

  /** Sixteen pages full of one letter: a match that crosses no border would miss some. */
  @Test
  void matchesCrossPages() throws IOException {
    String letters = "q".repeat(4096);
    JsonNode matches = document(b, "search", letters, "--kind", "shm").get("matches");
    assertEquals(3 + 12, matches.size());
    assertEquals("0x7f81393de000", matches.at("/0/places/0/address").asText());
  }

  @Test
  void whatWaitsInPipesAndWhatWasDeletedIsSearched() throws Exception {
    String pipe = unpack("s03_pipe");
    JsonNode strings = document(pipe, "strings").get("strings");
    JsonNode queued =
        strings
            .valueStream()
            .filter(s -> s.at("/places/0/what").asText().contains("queue of pipe"))
            .findFirst()
            .orElseThrow();
    String text = queued.get("text").asText();
    JsonNode found =
        document(pipe, "search", text)
            .at("/matches")
            .valueStream()
            .filter(m -> m.at("/places/0/what").asText().contains("queue of pipe"))
            .findFirst()
            .orElseThrow();
    assertTrue(found.at("/places/0/what").asText().matches("pid \\d+ fd \\d+, .*[+]0x0"));
    String deleted = unpack("s07_deleted");
    assertTrue(
        document(deleted, "strings").get("strings").toString().contains(", file /"), "a file");
  }

  @Test
  void anImageGivesTheSameAsItsSet() throws IOException {
    String image = folder.resolve("b.ckimg").toString();
    assertEquals(0, new Cli().run("convert", b, image, "--compress", "lz4").code());
    assertEquals(mem(b, "strings").out(), mem(image, "strings").out());
    assertEquals(mem(b, "search", "page").out(), mem(image, "search", "page").out());
  }

  private static Path place(String name) {
    return folder.resolve(name);
  }

  @Test
  void aProcessBecomesATreeOfPrivateFiles() throws IOException {
    Path tree = place("tree");
    Cli.Result result = mem(b, "extract", tree.toString());
    assertEquals(0, result.code(), result.err());
    Path process = tree.resolve("80982");
    assertEquals("ab\n", Files.readString(process.resolve("comm")) + "\n");
    assertTrue(Files.readString(process.resolve("environ")).contains("PATH=/usr/bin\0"));
    String maps = Files.readString(process.resolve("maps"));
    assertTrue(maps.contains("7f8139619000-7f813961d000 r-xp 00000000 00:00 0"), maps);
    byte[] code = Files.readAllBytes(process.resolve("map_files/7f8139619000-7f813961d000"));
    byte[] expected = new byte[4 * 4096];
    Arrays.fill(expected, (byte) 0x90);
    assertArrayEquals(expected, code);
    for (Path path : List.of(tree, process, process.resolve("map_files"))) {
      assertEquals("rwx------", modes(path));
    }
    assertEquals("rw-------", modes(process.resolve("maps")));
    Cli.Result again = mem(b, "extract", tree.toString());
    assertEquals(4, again.code());
    assertTrue(again.err().contains("is not overwritten"), again.err());
  }

  /** What was received and what was sent are two objects of one descriptor. */
  @Test
  void bothWaysOfAConnectionAreExtracted() throws IOException {
    String sockets = Cli.write(folder, "sockets", Cli.sample("sockets")).toString();
    Cli.Result result = mem(sockets, "extract", place("both").toString());
    assertEquals(0, result.code(), result.err());
    List<String> names;
    try (Stream<Path> files = Files.walk(place("both"))) {
      names = files.map(path -> path.getFileName().toString()).sorted().toList();
    }
    assertTrue(names.containsAll(List.of("4", "4-sent")), names.toString());
  }

  private static String modes(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void oneMappingOneElfAndDeletedFiles() throws Exception {
    assertEquals(0, mem(b, "extract", place("one").toString(), "--mapping", "55c84be5f4b0").code());
    byte[] heap = Files.readAllBytes(place("one").resolve("55c84be5e000-55c84be7f000"));
    String text = new String(heap, 0x14b0, 14, StandardCharsets.US_ASCII);
    assertEquals("AB_STATE=after", text);
    Cli.Result vdso = new Cli().run("inspect", b, "maps");
    String line = vdso.out().lines().filter(l -> l.endsWith("[vdso]")).findFirst().orElseThrow();
    String base = line.strip().split(" +")[0];
    Cli.Result elf = mem(b, "extract", place("elf").toString(), "--elf", base);
    assertEquals(0, elf.code(), elf.err());
    byte[] file = Files.readAllBytes(place("elf").resolve(base + ".elf"));
    assertEquals("ELF", new String(file, 1, 3, StandardCharsets.US_ASCII));
    assertTrue(new String(file, StandardCharsets.ISO_8859_1).contains("__vdso_gettimeofday"));
    assertEquals(2, mem(b, "extract", place("elf").toString(), "--elf", "55c84be5e000").code());
    String deleted = unpack("s07_deleted");
    assertEquals(0, mem(deleted, "extract", place("gone").toString(), "--deleted").code());
    try (Stream<Path> files = Files.list(place("gone").resolve("fd"))) {
      List<Path> all = files.toList();
      assertFalse(all.isEmpty());
      for (Path found : all) {
        assertTrue(found.getFileName().toString().matches("[0-9]+"), found.toString());
        assertTrue(Files.size(found) > 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "read zz",
        "read 10:0",
        "read libc.so.6+0x99999999",
        "read 10:-1",
        "read 10:0x200000",
        "--pid 7 read 10",
        "search abc --as hex",
        "search (a --as regex",
        "search a --range 12",
        "search a --prot q",
        "strings -n 0",
        "nothing"
      })
  void wrongUsage(String arguments) {
    Cli.Result result = mem(b, arguments.split(" "));
    assertEquals(2, result.code(), result.err());
    assertTrue(result.err().startsWith("ckimg mem"), result.err());
  }

  /** What is quoted in an error does not break its line. */
  @ParameterizedTest
  @ValueSource(strings = {"hex", "regex"})
  void aPatternOfSeveralLinesGivesOneError(String form) {
    Cli.Result result = mem(b, "search", "(a\nb", "--as", form);
    assertEquals(2, result.code(), result.err());
    List<String> errors = result.err().lines().filter(line -> !line.startsWith("Try ")).toList();
    assertEquals(1, errors.size(), result.err());
    assertTrue(errors.getFirst().contains("'(a\\x0ab'"), result.err());
  }
}

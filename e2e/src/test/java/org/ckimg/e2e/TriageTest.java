package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a bad program did is found, with the place where it is; of an honest one nothing is said.
 */
@Timeout(300)
class TriageTest {
  private static final List<String> NONE = List.of();

  private static JsonNode triage(Path image, int exit, String... options) throws Exception {
    Object[] arguments = new Object[3 + options.length];
    arguments[0] = "triage";
    arguments[1] = image;
    arguments[2] = "--json";
    System.arraycopy(options, 0, arguments, 3, options.length);
    return Json.parse(Tool.run(Account.SELF, arguments).assertExit(exit));
  }

  /** Rules of the findings that are more than information. */
  private static List<String> rules(JsonNode document) {
    TreeSet<String> rules = new TreeSet<>();
    for (JsonNode finding : document.get("findings")) {
      if (!finding.get("severity").asText().equals("info")) {
        rules.add(finding.get("rule").asText());
      }
    }
    return List.copyOf(rules);
  }

  private static JsonNode finding(JsonNode document, String rule) {
    Optional<JsonNode> found =
        StreamSupport.stream(document.get("findings").spliterator(), false)
            .filter(finding -> finding.get("rule").asText().equals(rule))
            .findFirst();
    return found.orElseThrow(() -> new AssertionError("no " + rule + " in " + document));
  }

  /** Where the program says that the evidence is. */
  private static String address(Victim victim) throws Exception {
    return Files.readString(victim.folder().resolve("address")).strip();
  }

  @ParameterizedTest
  @CsvSource({
    "inject, TR-MEM-01",
    "run, TR-MEM-01 TR-REG-01",
    "handler, TR-MEM-01 TR-SIG-01",
    "writable, TR-MEM-01 TR-MEM-03",
    "patch, TR-MEM-02",
    "memory, TR-EXE-01 TR-MEM-04",
    "keys, TR-KEY-01",
    "packet, TR-NET-01",
    "shadow, TR-FD-01",
    "others, TR-PTR-01",
    "ids, TR-CRD-01 TR-CRD-02",
    "idle, ''",
  })
  void whatItDidIsFound(String mode, String expected) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "culprit", mode)) {
      JsonNode document = triage(victim.dump("--partial"), expected.isEmpty() ? 0 : 1);
      assertEquals(
          expected.isEmpty() ? NONE : List.of(expected.split(" ")),
          rules(document),
          document::toPrettyString);
    }
  }

  @Test
  void injectedCodeIsShown() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "culprit", "inject")) {
      Path image = victim.dump();
      Path core = image.resolveSibling("v.core");
      Tool.run(Account.SELF, "convert", image, core).assertExit(0);
      for (Path file : List.of(image, core)) {
        JsonNode evidence = finding(triage(file, 1), "TR-MEM-01").get("evidence");
        assertTrue(evidence.get("mapping").asText().startsWith(address(victim)));
        assertTrue(evidence.get("starts").asText().startsWith("b8 2a 00 00 00 c3"));
      }
    }
  }

  @Test
  void patchedBytesAreShown() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "culprit", "patch")) {
      JsonNode finding = finding(triage(victim.dump(), 1), "TR-MEM-02");
      String text = finding.toPrettyString();
      // The first byte of both is that of mov to eax; the second is what it moves.
      String second = Long.toHexString(Long.parseLong(address(victim), 16) + 1);
      assertTrue(text.contains("getppid+0x1: file 6e"), text);
      assertTrue(text.contains("memory 2a"), text);
      assertTrue(text.contains("\"" + second + "-"), text);
      assertTrue(finding.get("text").asText().contains("libc.so"), text);
    }
  }

  @Test
  void aLibraryThatHidesItselfIsNamed() throws Exception {
    Path library = Stage.folder("preload").resolve("libhide.so");
    Path source = library.resolveSibling("hide.c");
    Files.writeString(source, "int hidden(void) { return 1; }\n");
    Command.output(
        Requirements.program("gcc").toString(),
        "-shared",
        "-fPIC",
        "-o",
        library.toString(),
        source.toString());
    Path folder = Stage.folder("preloaded");
    List<String> command =
        List.of(
            "env",
            "LD_PRELOAD=" + library,
            Stage.program("culprit").toString(),
            folder.toString(),
            "idle",
            "any-ids");
    try (Victim victim =
        Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(victim::report, () -> victim.output().contains("ready\n"));
      JsonNode evidence = finding(triage(victim.dump(), 1), "TR-ENV-01").get("evidence");
      assertEquals(library.toString(), evidence.get("LD_PRELOAD").asText());
      assertTrue(evidence.get("mapped").asText().startsWith(library + " at "), evidence::toString);
    }
  }

  @Test
  void keysAreMasked() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "culprit", "keys")) {
      Path image = victim.dump();
      String hidden = triage(image, 1).toString();
      String shown = triage(image, 1, "--reveal").toString();
      for (String secret : List.of("A2345ABCDEFGHIJKL", "c2lnbmF0dXJlLW9mLW5vYm9keQ")) {
        assertFalse(hidden.contains(secret), hidden);
        assertTrue(shown.contains(secret), shown);
      }
      for (String what : List.of("private key (PEM)", "AWS", "JSON web token")) {
        assertTrue(hidden.contains(what), hidden);
      }
      assertTrue(hidden.contains("0x" + address(victim)), hidden);
    }
  }

  @Test
  void sarifHasTheFindings() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "culprit", "inject")) {
      JsonNode log =
          Json.parse(Tool.run(Account.SELF, "triage", victim.dump(), "--sarif").assertExit(1));
      assertEquals("2.1.0", log.get("version").asText());
      assertEquals("TR-MEM-01", log.at("/runs/0/results/0/ruleId").asText());
      assertEquals("error", log.at("/runs/0/results/0/level").asText());
    }
  }

  /** Also of a virtual machine, whose code has no file: that is information. */
  @ParameterizedTest
  @MethodSource("org.ckimg.e2e.RealProgram#alone")
  void honestProgramsAreLeftAlone(RealProgram program) throws Exception {
    try (Victim victim = program.startWorking()) {
      JsonNode document = triage(victim.dump(), 0);
      assertEquals(NONE, rules(document), document::toPrettyString);
    }
  }

  @ParameterizedTest
  @CsvSource({"threads,all", "altstack,on", "fds,all", "memory,64"})
  void honestVictimsAreLeftAlone(String name, String mode) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, name, mode)) {
      JsonNode document = triage(victim.dump(), 0);
      assertEquals(NONE, rules(document), document::toPrettyString);
    }
  }
}

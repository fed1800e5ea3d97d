package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are other ones, or have other bytes, when the program comes back. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@Tag("quick")
class DriftTest {
  @Test
  void aProgramOfAnotherBuildIsNamed() throws Exception {
    Path folder = Stage.folder("build");
    Path program = Files.copy(Requirements.program("sleep"), folder.resolve("program"));
    Path other = Requirements.program("cat");
    List<String> ids = List.of(buildId(program), buildId(other));
    List<String> command = List.of(program.toString(), "300");
    Path nothing = Path.of("/dev/null");
    try (Victim victim = Victim.command(Account.SELF, List.of(), folder, nothing, command)) {
      Path image = victim.dumpAndKill();
      Files.copy(other, program, StandardCopyOption.REPLACE_EXISTING);
      List<String> texts = new ArrayList<>();
      for (JsonNode finding : Audit.report(image).at("/findings")) {
        if (finding.at("/rule").asText().equals("AU-FIL-20")) {
          assertEquals("refuse", finding.at("/effect").asText());
          texts.add(finding.at("/text").asText());
        }
      }
      String text = "%s is another build: its build id is %s, it was %s";
      assertEquals(List.of(text.formatted(program, ids.get(1), ids.get(0))), texts);
    }
  }

  private static String buildId(Path program) throws Exception {
    Process readelf =
        new ProcessBuilder(Requirements.program("readelf").toString(), "-n", program.toString())
            .start();
    try (BufferedReader lines = readelf.inputReader()) {
      return lines
          .lines()
          .filter(line -> line.contains("Build ID: "))
          .map(line -> line.replaceFirst(".*: ", ""))
          .findFirst()
          .orElseThrow();
    }
  }

  /** The file of the victim, and what it is then said of it: rule and effect, or nothing. */
  @Shows(
      fate = Shows.Fate.REFUSED,
      what =
          "Files that have changed while the program was away, unless they only grew or are small and shared")
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "append, GROWN, AU-FIL-05 adjust",
    "append, CUT, AU-FIL-05 refuse",
    "append, GONE, AU-FIL-01 refuse",
    "end, GROWN, AU-FIL-05 adjust",
    "end, CUT, AU-FIL-05 refuse",
    "reader, GROWN, AU-FIL-06 refuse",
    "reader, TOUCHED, AU-FIL-06 refuse",
    "reader, REPLACED, AU-FIL-04 refuse",
    "reader, OTHER_KIND, AU-FD-14 refuse;AU-FIL-03 refuse",
    "private, TOUCHED, ''",
    "private, WRITTEN, AU-FIL-06 refuse;AU-MEM-07 refuse",
    "shared, GONE, AU-FIL-07 adjust",
    "shared, WRITTEN, AU-FIL-07 adjust",
  })
  void isSaidOrRefused(String mode, Change change, String expected) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "drift", mode)) {
      Path image = victim.dumpAndKill();
      Set<String> before = said(Audit.report(image));
      change.make(victim.folder().resolve("data"));
      JsonNode report = Audit.report(image);
      Set<String> said = said(report);
      said.removeAll(before);
      assertEquals(expected.isEmpty() ? Set.of() : Set.of(expected.split(";")), said);
      boolean refused = expected.contains("refuse");
      assertEquals(refused ? "refuse" : "allow", report.at("/verdict").asText());
      if (refused) {
        InProcess.run("restore", image).assertExit(1).assertSays(expected.split(" ")[0]);
      } else {
        comeBack(victim, image);
      }
    }
  }

  private static void comeBack(Victim victim, Path image, String... options) throws Exception {
    try (Restored restored = Restored.inForeground(Account.SELF, image, options)) {
      victim.go();
      assertEquals(0, restored.awaitStatus(), victim::report);
    }
    victim.assertPassed();
  }

  /**
   * A flag that acts only while a file is opened is not shown; and a policy may let a file differ.
   */
  @ParameterizedTest
  @CsvSource("reader")
  void isLetThroughWhereAPolicySaysSo(String mode) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "drift", mode)) {
      Path image = victim.dumpAndKill();
      assertEquals(Set.of("AU-FD-05 adjust"), said(Audit.report(image)));
      Change.GROWN.make(victim.folder().resolve("data"));
      Path policy =
          Files.writeString(victim.folder().resolve("p.toml"), "[files]\ndrift = \"allow\"\n");
      comeBack(victim, image, "--policy", policy.toString());
    }
  }

  private static Set<String> said(JsonNode report) {
    Set<String> said = new TreeSet<>();
    report
        .at("/findings")
        .forEach(finding ->
            said.add(finding.at("/rule").asText() + " " + finding.at("/effect").asText()));
    return said;
  }
}

package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Honest programs that CRIU dumped on other machines. */
class TriageSamplesTest {
  private static final Path SAMPLES = Path.of("../interop/src/test/resources/criu");

  @TempDir private Path folder;

  private void unpack(String sample) throws Exception {
    Process tar =
        new ProcessBuilder(
                "tar", "-xzf", SAMPLES.resolve(sample + ".tar.gz").toString(), "-C", folder + "")
            .inheritIO()
            .start();
    assertEquals(true, tar.waitFor(60, TimeUnit.SECONDS), "tar ends");
    assertEquals(0, tar.exitValue());
  }

  /** What counts; that of the pair makes a mapping executable between its two images. */
  @ParameterizedTest
  @CsvSource({
    "pair, A, ''",
    "pair, B, TR-MEM-01",
    "s01_counter, img, ''",
    "s02_threads, img, ''",
    "s03_pipe, img, ''",
    "s04_tcp, img, ''",
    "s05_unix, img, ''",
    "s06_shm, img, ''",
    "s07_deleted, img, ''",
    "s08_locks, img, ''",
    "s09_evfds, img, ''",
    "s10_mem, img, ''",
    "s11_tree, img, ''",
    "s12_podman, img, ''",
  })
  void onlyWhatWasDoneIsFound(String sample, String set, String expected) throws Exception {
    unpack(sample);
    String image = folder.resolve(sample).resolve(set).toString();
    Cli.Result result = new Cli().run("triage", image, "--json");
    assertEquals(expected.isEmpty() ? 0 : 1, result.code(), result.out() + result.err());
    List<String> rules = new ArrayList<>();
    for (JsonNode finding : new ObjectMapper().readTree(result.out()).get("findings")) {
      if (!finding.get("severity").asText().equals("info")) {
        rules.add(finding.get("rule").asText());
      }
    }
    assertEquals(expected, String.join(" ", rules), result.out());
  }
}

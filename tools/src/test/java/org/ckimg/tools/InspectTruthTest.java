package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.testkit.Comparison;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document that {@code inspect --json} prints of a CRIU set says what CRIU's own tools say. */
class InspectTruthTest {
  private static final Path SAMPLES = Path.of("../interop/src/test/resources/criu");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void documentsSayWhatSamplesHold() throws Exception {
    Comparison all = new Comparison();
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(SAMPLES, "s*.tar.gz")) {
      for (Path archive : archives) {
        names.add(unpack(archive));
      }
    }
    assertEquals(12, names.size());
    for (String name : names) {
      compare(name, all);
    }
    System.out.println(all.table());
    assertEquals(List.of(), all.differences());
  }

  private String unpack(Path archive) throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
            .inheritIO()
            .start();
    assertEquals(0, tar.waitFor());
    return archive.getFileName().toString().replace(".tar.gz", "");
  }

  private void compare(String name, Comparison all) throws IOException {
    Path sample = folder.resolve(name);
    Cli.Result result = new Cli().run("inspect", sample.resolve("img").toString(), "--json");
    assertEquals(0, result.code(), result.err());
    JsonNode document = JSON.readTree(result.out());
    JsonNode truth = JSON.readTree(sample.resolve("expected/truth.json").toFile());
    all.at(name);
    all.equal("document: format", "criu", document.at("/image/format").asText());
    all.equal("document: complete", true, document.at("/image/complete").asBoolean());
    all.equal("document: page size", 4096, document.at("/host/pageSize").asInt());
    all.equal(
        "document: processes", truth.get("processes").size(), document.get("processes").size());
    for (JsonNode expected : truth.get("processes")) {
      int pid = expected.get("pid").asInt();
      all.at(name + " " + pid);
      JsonNode process =
          document
              .get("processes")
              .valueStream()
              .filter(p -> p.get("pid").asInt() == pid)
              .findFirst()
              .orElseThrow();
      new InspectTruth(image -> entries(sample, image), expected, process, all).compare();
      boolean dead = expected.get("task_state").asInt() == 2;
      assertTrue(dead || !process.get("vmas").isEmpty(), name);
    }
  }

  private static JsonNode entries(Path sample, String image) {
    try {
      return JSON.readTree(sample.resolve("expected/" + image + ".json").toFile()).get("entries");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

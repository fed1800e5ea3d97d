package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ckimg.testkit.archive.ContainerArchives;
import org.ckimg.testkit.archive.Packing;
import org.ckimg.testkit.archive.TarBuilder;
import org.ckimg.tools.text.Style;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands take a container archive as they take the directory that is in it. */
class ArchiveInspectTest {
  private static final Path SAMPLE =
      Path.of("../interop/src/test/resources/criu/s12_podman.tar.gz");
  private static final Path PODMAN = Path.of("../interop/src/test/resources/archive/podman.tar.gz");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path images;

  @BeforeEach
  void unpack() throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder("tar", "-xzf", SAMPLE.toString(), "-C", folder.toString())
            .inheritIO()
            .start();
    assertEquals(0, tar.waitFor());
    images = folder.resolve("s12_podman/img");
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(images)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static ObjectNode inspect(String image, byte[] input) throws IOException {
    Cli.Result result = new Cli(input, Style.PLAIN).run("inspect", image, "--json");
    assertEquals(0, result.code(), result.err());
    ObjectNode document = (ObjectNode) JSON.readTree(result.out());
    assertEquals(Set.of(), JsonTest.schema("ckimg.inspect-1").validate(document), result.out());
    return document;
  }

  /** The document without what only an archive has. */
  private static ObjectNode plain(ObjectNode document, JsonNode directory) {
    ObjectNode copy = document.deepCopy();
    ((ObjectNode) copy.get("image")).remove("container");
    ((ObjectNode) copy.get("image")).set("bytes", directory.at("/image/bytes"));
    ObjectNode annexes = (ObjectNode) copy.get("annexes");
    Set<String> known = new HashSet<>();
    directory.get("annexes").fieldNames().forEachRemaining(known::add);
    annexes.retain(known);
    return copy;
  }

  @Test
  void documentsAreThoseOfTheDirectoryAndMore() throws IOException {
    ObjectNode directory = inspect(images.toString(), new byte[0]);
    Map<String, UnaryOperator<Map<String, byte[]>>> engines =
        Map.of(
            "podman", ContainerArchives::podman,
            "cri-o", ContainerArchives::crio,
            "containerd", ContainerArchives::containerd);
    for (Map.Entry<String, UnaryOperator<Map<String, byte[]>>> engine : engines.entrySet()) {
      byte[] tar = ContainerArchives.tar(engine.getValue().apply(files()));
      for (Packing packing : Packing.values()) {
        byte[] archive = packing.pack(tar);
        Path file = Files.write(folder.resolve("any.name"), archive);
        ObjectNode document = inspect(file.toString(), new byte[0]);
        assertEquals(directory, plain(document, directory), engine.getKey() + packing);
        assertEquals(archive.length, document.at("/image/bytes").asInt());
        assertEquals(ContainerArchives.ID, document.at("/image/container/id").asText());
        assertEquals(engine.getKey(), document.at("/image/container/engine").asText());
        assertTrue(document.at("/annexes/container-mounts").size() == 2);
        assertTrue(document.at("/annexes/root-changes").size() >= 3);
        assertEquals(document, inspect("-", archive));
      }
    }
  }

  @Test
  void anArchiveOfPodmanIsShown() {
    Cli.Result summary = new Cli().run("inspect", PODMAN.toString());
    assertTrue(
        summary
            .out()
            .contains(
                "\n  container  c1, id"
                    + " a0d4ac3e036ecb5b72e3976f88d3f1a0616169681acf070a2067b4358bd8e617,"
                    + " of localhost/bb:1, by podman, made 2026-11-22T09:44:54.824434251Z\n"),
        summary.out());
    Cli.Result annexes = new Cli().run("inspect", PODMAN.toString(), "annexes");
    assertTrue(
        annexes
            .out()
            .contains(
                "\nroot-changes\n  change written, path /tmp/n, kind file, bytes 2, mode 0644, uid"
                    + " 0, gid 0\n"),
        annexes.out());
  }

  @Test
  void checkListsWhatIsBroken() throws IOException {
    byte[] sound = ContainerArchives.tar(ContainerArchives.podman(files()));
    Cli.Result good = new Cli(sound, Style.PLAIN).run("check", "-");
    assertEquals(0, good.code(), good.out() + good.err());
    TarBuilder tar = new TarBuilder().file("../../evil", new byte[1]);
    byte[] evil = tar.raw(sound).cut();
    Cli.Result text = new Cli(evil, Style.PLAIN).run("check", "-");
    assertEquals(3, text.code());
    assertTrue(
        text.out()
            .startsWith("standard input: CK-ARC-03: ../../evil+0x0: the name leaves the archive\n"),
        text.out());
    assertTrue(text.out().endsWith("standard input: not sound, 1 finding\n"), text.out());
    Cli.Result json = new Cli(evil, Style.PLAIN).run("check", "-", "--json");
    assertEquals(3, json.code());
    JsonNode document = JSON.readTree(json.out());
    assertEquals(Set.of(), JsonTest.schema("ckimg.check-1").validate(document), json.out());
    assertEquals("CK-ARC-03", document.at("/findings/0/rule").asText());
    assertTrue(!document.get("sound").asBoolean() && document.get("complete").asBoolean());
    // The rest can be looked at all the same.
    assertEquals(0, new Cli(evil, Style.PLAIN).run("inspect", "-").code());
  }

  @Test
  void archivesConvertAsTheirDirectory() throws IOException {
    byte[] archive = Packing.ZSTD.pack(ContainerArchives.tar(ContainerArchives.podman(files())));
    Path fromArchive = folder.resolve("a.ckimg");
    Path fromFolder = folder.resolve("b.ckimg");
    Cli.Result result = new Cli(archive, Style.PLAIN).run("convert", "-", fromArchive.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("left out: table 'container-mounts', 2 rows"), result.err());
    assertEquals(0, new Cli().run("convert", images.toString(), fromFolder.toString()).code());
    assertEquals(-1, Files.mismatch(fromArchive, fromFolder));
    Path core = folder.resolve("core");
    result = new Cli(archive, Style.PLAIN).run("convert", "-", core.toString(), "--pid", "1");
    assertEquals(0, result.code(), result.err());
    assertEquals(0, new Cli().run("check", core.toString()).code());
  }

  @Test
  void archivesAreComparedAndSearchedAsTheirDirectory() throws IOException {
    Path archive =
        Files.write(
            folder.resolve("checkpoint.tar.gz"),
            Packing.GZIP.pack(ContainerArchives.tar(ContainerArchives.podman(files()))));
    Cli.Result same = new Cli().run("diff", images.toString(), archive.toString());
    assertEquals(0, same.code(), same.err());
    Cli.Result inFolder = new Cli().run("mem", images.toString(), "search", "PATH=");
    Cli.Result inArchive = new Cli().run("mem", archive.toString(), "search", "PATH=");
    assertTrue(inFolder.out().contains("PATH="), inFolder.err());
    assertEquals(inFolder.out(), inArchive.out());
  }

  @Test
  void otherCommandsSayWhatTheyGot() {
    String out = folder.resolve("out.ckimg").toString();
    Cli.Result result = new Cli().run("squash", PODMAN.toString(), "-o", out);
    assertEquals(3, result.code());
    assertTrue(result.err().contains("this is a criu image; `ckimg convert`"), result.err());
    for (String name : List.of("/dev/null", "pom.xml")) {
      assertEquals(3, new Cli().run("inspect", name).code());
    }
  }

  /** Its namespaces are not in the model, and a set without them would be another program. */
  @Test
  void aContainerIsNotWrittenForCriu() {
    Path out = folder.resolve("out");
    Cli.Result result =
        new Cli(new byte[0], Style.PLAIN)
            .run("convert", "--to", "criu", PODMAN.toString(), out.toString());
    assertEquals(3, result.code(), result.err());
    assertTrue(
        result.err().contains("not in the model, so never restored: a pid namespace of its own"),
        result.err());
    assertTrue(
        result.err().contains("an image that is partial is not written for CRIU"), result.err());
    assertTrue(Files.notExists(out));
  }
}

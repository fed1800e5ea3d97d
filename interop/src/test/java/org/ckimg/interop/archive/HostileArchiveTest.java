package org.ckimg.interop.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ckimg.interop.Annexes;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.MemorySource;
import org.ckimg.spec.Finding;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.testkit.archive.ContainerArchives;
import org.ckimg.testkit.archive.Packing;
import org.ckimg.testkit.archive.TarBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Archives that want to do harm: each has its exact report, and nothing is written but a private
 * file. The tests have a heap of 256 MiB.
 */
class HostileArchiveTest {
  private static final Map<String, byte[]> FILES =
      ContainerArchives.podman(Archives.images("s03_pipe"));

  private long spooled;

  private static long spools() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.getFileName().toString().matches("ckimg\\d+\\.tmp")).count();
    }
  }

  @BeforeEach
  void count() throws IOException {
    spooled = spools();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertEquals(spooled, spools());
  }

  /** A sound archive with more in front. */
  private static byte[] with(Consumer<TarBuilder> more) {
    TarBuilder tar = new TarBuilder();
    more.accept(tar);
    FILES.forEach(tar::file);
    return tar.build();
  }

  /** The rest is read, and these lines are said, however the archive is packed. */
  private static void assertReports(List<String> expected, byte[] archive) throws IOException {
    for (Packing packing : List.of(Packing.NONE, Packing.GZIP)) {
      try (ForeignImage image = Archives.open(packing.pack(archive));
          ForeignImage sound = Archives.open(ContainerArchives.tar(FILES))) {
        assertEquals(expected, image.findings().stream().map(Finding::toString).toList());
        Archives.assertSame(sound.checkpoint(), image.checkpoint());
        assertEquals(sound.container(), image.container());
      }
    }
  }

  private static void assertRefuses(String expected, byte[] archive) {
    ImageException refusal =
        assertThrows(
            ImageException.class, () -> Archives.open(archive).close(), () -> "not: " + expected);
    assertEquals(expected, refusal.getMessage());
  }

  @Test
  void namesThatLeaveAreReported() throws IOException {
    byte[] evil = "evil".getBytes(StandardCharsets.US_ASCII);
    assertReports(
        List.of(
            "CK-ARC-03: ../config.dump+0x0: the name leaves the archive",
            "CK-ARC-03: /etc/passwd+0x400: the name leaves the archive",
            "CK-ARC-03: checkpoint/../../x/core-1.img+0x800: the name leaves the archive",
            "CK-ARC-03: checkpoint/../+0xc00: the name leaves the archive",
            "CK-ARC-03: a\\x00b+0xe00: the name leaves the archive"),
        with(tar ->
            tar.file("../config.dump", evil)
                .file("/etc/passwd", evil)
                .file("checkpoint/../../x/core-1.img", evil)
                .folder("checkpoint/..")
                .pax("path", "a\0b")
                .file("x", evil)));
  }

  @Test
  void linksThatLeaveAreReported() throws IOException {
    assertReports(
        List.of(
            "CK-ARC-04: checkpoint+0x0: links to /etc, which is outside",
            "CK-ARC-04: checkpoint/parent+0x200: links to ../../x, which is outside",
            "CK-ARC-04: hard+0x400: links to /etc/shadow, which is outside",
            "CK-ARC-04: hard2+0x600: links to a/../../b, which is outside"),
        with(tar ->
            tar.link("checkpoint", "/etc")
                .link("checkpoint/parent", "../../x")
                .header('1', "hard", "/etc/shadow", 0)
                .header('1', "hard2", "a/../../b", 0)));
  }

  @Test
  void linksToFilesAreListedAndNotFollowed() throws IOException {
    TarBuilder tar = new TarBuilder();
    FILES.forEach((name, bytes) -> tar.file(name.replace("config.dump", "moved"), bytes));
    tar.link("config.dump", "moved");
    try (ForeignImage image = Archives.open(tar.build())) {
      assertEquals(List.of(), image.findings());
      assertTrue(image.container().orElseThrow().id().isEmpty());
      assertEquals(
          "[{file=moved, bytes=%d}, {file=config.dump, kind=symbolic link, target=moved}]"
              .formatted(FILES.get("config.dump").length),
          Annexes.rows(image, "archive-files").toString());
    }
  }

  @Test
  void aRingOfLinksEnds() throws IOException {
    assertReports(
        List.of(),
        with(tar -> tar.link("checkpoint/parent", "../ring").link("ring", "checkpoint/../ring")));
    // One to the folder itself is a chain that goes on and on.
    try (ForeignImage image = Archives.open(with(tar -> tar.link("checkpoint/parent", ".")))) {
      assertEquals(3, image.checkpoint().processes().size());
    }
  }

  @Test
  void namesThatAreThereTwiceAreReported() throws IOException {
    TarBuilder tar = new TarBuilder();
    FILES.forEach(tar::file);
    int end = tar.cut().length;
    tar.file("config.dump", new byte[0])
        .file("./checkpoint//pstree.img", new byte[3])
        .link("spec.dump", "config.dump");
    assertReports(
        List.of(
            "CK-ARC-05: config.dump+0x%x: the name was there before, and only that entry is read"
                .formatted(end),
            "CK-ARC-05: ./checkpoint//pstree.img+0x%x: the name was there before, and only that entry is read"
                .formatted(end + 0x200),
            "CK-ARC-05: spec.dump+0x%x: the name was there before, and only that entry is read"
                .formatted(end + 0x600)),
        tar.build());
  }

  @Test
  void whatIsNoFileIsReported() throws IOException {
    assertReports(
        List.of(
            "CK-ARC-06: null+0x0: is of kind character device",
            "CK-ARC-06: sda+0x200: is of kind block device",
            "CK-ARC-06: checkpoint/core-1.img+0x400: is of kind fifo",
            "CK-ARC-06: label+0x600: is of kind other"),
        with(tar ->
            tar.header('3', "null", "", 0)
                .header('4', "sda", "", 0)
                .header('6', "checkpoint/core-1.img", "", 0)
                .header('V', "label", "", 0)));
    assertRefuses(
        "CK-ARC-06: checkpoint/pages-1.img+0x0: is sparse; pack the archive without --sparse",
        with(tar -> tar.header('S', "checkpoint/pages-1.img", "", 0)));
  }

  @Test
  void aHundredThousandEntriesAreReported() throws IOException {
    byte[] archive =
        with(tar -> {
          for (int i = 0; i < 100_000; i++) {
            tar.header('0', "../" + i, "", 0);
          }
        });
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (Packing packing : List.of(Packing.NONE, Packing.GZIP)) {
            try (ForeignImage image = Archives.open(packing.pack(archive))) {
              assertEquals(101, image.findings().size());
              assertEquals(
                  "CK-ARC-03: archive+0xc600: 99900 more entries break this rule",
                  image.findings().getLast().toString());
              assertEquals(3, image.checkpoint().processes().size());
            }
          }
        });
  }

  @Test
  void aHundredThousandImagesAreReported() {
    byte[] archive =
        with(tar -> {
          for (int i = 0; i < 100_000; i++) {
            tar.header('0', "checkpoint/core-%d.img".formatted(1_000_000 + i), "", 0);
          }
        });
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          try (ForeignImage image = Archives.open(archive)) {
            assertEquals(List.of(), image.findings());
            assertTrue(
                image.warnings().toString().contains("100000 images"), image.warnings().toString());
          }
        });
  }

  @Test
  void countsAreBounded() {
    assertRefuses(
        "CK-ARC-07: archive+0x4000000: entry 131073; names of 786450 characters so far",
        with(tar -> {
          for (int i = 0; i <= 1 << 17; i++) {
            tar.header('0', "%06x".formatted(i), i < 12 ? "x" : "", 0);
          }
        }));
    byte[] longest = new byte[2 << 20];
    Arrays.fill(longest, (byte) 'n');
    assertRefuses(
        "CK-ARC-07: archive+0x0: a header of more than 1048576 bytes",
        with(tar ->
            tar.longName('L', new String(longest, StandardCharsets.US_ASCII))
                .header('0', "x", "", 0)));
    String name = new String(longest, 0, 1 << 19, StandardCharsets.US_ASCII);
    assertRefuses(
        "CK-ARC-07: archive+0x%x: entry 33; names of 17301504 characters so far"
            .formatted(32 * ((1 << 19) + 3 * TarBuilder.RECORD)),
        with(tar -> {
          for (int i = 0; i < 40; i++) {
            tar.longName('L', name).header('0', "x", "", 0);
          }
        }));
  }

  @Test
  void zeroLengthImagesAreRefusedByName() {
    for (String name : List.of("core-80327.img", "pstree.img", "fs-80327.img", "files.img")) {
      byte[] archive =
          changed(files -> {
            files.put("checkpoint/" + name, new byte[0]);
            return files;
          });
      ImageException refusal =
          assertThrows(ImageException.class, () -> Archives.open(archive).close());
      assertTrue(
          refusal.getMessage().matches("CK-CRI-0[12]: (checkpoint/)?" + name + "[+]0x0: .*"),
          refusal.getMessage());
    }
    assertRefuses(
        "CK-ARC-10: archive+0x0: a tar archive, and no container checkpoint: it has no CRIU images",
        changed(files -> {
          files.put("checkpoint/inventory.img", new byte[0]);
          return files;
        }));
  }

  private static byte[] changed(UnaryOperator<Map<String, byte[]>> change) {
    return ContainerArchives.tar(
        change.apply(ContainerArchives.podman(Archives.images("s03_pipe"))));
  }

  @ParameterizedTest
  @EnumSource(
      value = Packing.class,
      names = {"NONE"},
      mode = EnumSource.Mode.EXCLUDE)
  void bombsEndEarly(Packing packing) {
    long limit = 16 << 20;
    byte[] bomb = zeroes(packing, limit + 1);
    assertFalse(bomb.length > limit / 100, packing + ": " + bomb.length);
    DecodedStream in = new DecodedStream(source(bomb), codec(bomb), limit);
    ImageException refusal =
        assertThrows(ImageException.class, () -> in.skip(Long.MAX_VALUE), packing.toString());
    assertTrue(
        refusal
            .getMessage()
            .endsWith(
                "these %d bytes decode to more than %d: a bomb; decompress it yourself if you trust it"
                    .formatted(bomb.length, limit)),
        refusal.getMessage());
  }

  private static byte[] zeroes(Packing packing, long count) {
    byte[] chunk = new byte[1 << 20];
    return packing.pack(out -> {
      for (long left = count; left > 0; left -= chunk.length) {
        out.write(chunk, 0, (int) Math.min(left, chunk.length));
      }
    });
  }

  private static MemorySource source(byte[] bytes) {
    return new MemorySource("archive", bytes);
  }

  private static Codec codec(byte[] bytes) {
    try {
      return Codec.of(source(bytes)).orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBombInAnArchiveIsRefused() {
    // Twice 1.1 GiB of zeroes: one in an image, and one that is packed once more.
    byte[] header = TarBuilder.record('0', "checkpoint/pages-1.img", "", 1100L << 20);
    byte[] chunk = new byte[1 << 20];
    byte[] bomb =
        Packing.ZSTD.pack(out -> {
          out.write(header);
          for (int i = 0; i < 1100; i++) {
            out.write(chunk);
          }
        });
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          ImageException refusal =
              assertThrows(ImageException.class, () -> Archives.open(bomb).close());
          assertTrue(
              refusal.getMessage().contains("decode to more than 108"), refusal.getMessage());
          byte[] inner =
              changed(files -> {
                files.put("rootfs-diff.tar", bomb);
                return files;
              });
          try (ForeignImage image = Archives.open(inner)) {
            assertEquals(1, image.findings().size());
            assertTrue(
                image
                    .findings()
                    .getFirst()
                    .toString()
                    .matches("CK-ARC-07: rootfs-diff.tar.*: a bomb; .*"));
          }
        });
  }

  @Test
  void aWindowWithoutMeasureIsRefused() {
    // RFC 8878: a frame header with a window descriptor; 21 is an exponent of 31, 2 GiB.
    byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 1, 0, 0};
    assertRefuses(
        "CK-ARC-07: archive+0x6: Zstandard with a window of 2147483648 bytes, 8388608 at most;"
            + " `zstd -d --long=31` decodes it",
        frame);
  }

  @Test
  void bytesThatDecodeToNothingEnd() {
    // A gzip header whose file name goes on and on.
    byte[] endless = new byte[6 << 20];
    Arrays.fill(endless, (byte) 'n');
    System.arraycopy(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3}, 0, endless, 0, 10);
    assertRefuses("CK-ARC-07: archive+0x402000: 4202496 bytes that decode to nothing", endless);
  }

  @Test
  void whatFollowsTheEndIsReported() throws IOException {
    byte[] sound = ContainerArchives.tar(FILES);
    byte[] hidden = Arrays.copyOf(sound, sound.length + 5000);
    hidden[hidden.length - 1] = 1;
    String finding =
        "CK-ARC-09: archive+0x%x: there is more behind the end mark"
            .formatted(sound.length - TarBuilder.RECORD);
    assertReports(List.of(finding), hidden);
    assertReports(List.of(), Arrays.copyOf(sound, sound.length + 10240));
    assertReports(List.of(finding), Arrays.copyOf(sound, sound.length + (2 << 20)));
  }

  @Test
  void aCutIsSalvagedAsFarAsItGoes() throws IOException {
    TarBuilder tar = new TarBuilder();
    FILES.forEach((name, bytes) -> {
      if (name.startsWith("checkpoint/")) {
        tar.file(name, bytes);
      }
    });
    byte[] images = tar.cut();
    for (Packing packing : Packing.values()) {
      byte[] packed = packing.pack(images);
      try (ForeignImage image = Archives.open(packed)) {
        assertFalse(image.complete());
        assertEquals(
            "[CK-ARC-08: archive+0x%x: it was cut short, after %d entries]"
                .formatted(images.length, Archives.images("s03_pipe").size()),
            image.findings().toString().replaceAll("Finding.*?text=", ""),
            packing.toString());
        assertEquals(3, image.checkpoint().processes().size());
      }
      byte[] cut = Arrays.copyOf(packed, packed.length / 2);
      TruncatedImageException refusal =
          assertThrows(TruncatedImageException.class, () -> Archives.open(cut).close());
      assertTrue(
          refusal.getMessage().startsWith("CK-ARC-08: archive+0x0: it was cut short, and "),
          refusal.getMessage());
    }
  }

  @Test
  void lyingHeadersAreRefused() {
    byte[] sound = ContainerArchives.tar(FILES);
    byte[] wrong = sound.clone();
    wrong[TarBuilder.RECORD + 3] ^= 1;
    assertRefuses("CK-ARC-02: archive+0x200: the checksum of the header is wrong", wrong);
    byte[] negative = TarBuilder.record('0', "x", "", 0);
    Arrays.fill(negative, 124, 136, (byte) 0xff);
    assertRefuses(
        "CK-ARC-02: archive+0x0: no header: broken archive, entry with negative size",
        new TarBuilder().raw(sealed(negative)).build());
    assertRefuses(
        "CK-ARC-08: archive+0x0: it was cut short, and there is no set of CRIU images up to there",
        new TarBuilder().header('0', "x", "", 077777777777L).build());
  }

  /** A header with its checksum computed anew. */
  private static byte[] sealed(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xff;
    }
    byte[] text = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, header, 148, text.length);
    return header;
  }

  @Test
  void whatDescribesTheContainerMayBeAnything() throws IOException {
    for (String json :
        List.of("", "null", "[]", "7", "\"x\"", "{\"id\":{\"a\":[1]},\"name\":[],\"mounts\":7}")) {
      byte[] archive =
          changed(files -> {
            for (String name :
                List.of(
                    "config.dump",
                    "spec.dump",
                    "network.status",
                    "deleted.files",
                    "bind.mounts",
                    "status",
                    "pod.options")) {
              files.put(name, json.getBytes(StandardCharsets.UTF_8));
            }
            return files;
          });
      try (ForeignImage image = Archives.open(archive)) {
        assertEquals(List.of(), image.findings(), json);
      }
    }
    byte[] broken =
        changed(files -> {
          files.put("config.dump", "{\"id\": \u001b[2J}".getBytes(StandardCharsets.UTF_8));
          files.put("spec.dump", "[".repeat(1000).getBytes(StandardCharsets.UTF_8));
          files.put("network.status", new byte[5 << 20]);
          return files;
        });
    try (ForeignImage image = Archives.open(broken)) {
      List<String> findings = image.findings().stream().map(Finding::toString).toList();
      assertEquals(3, findings.size(), findings.toString());
      assertTrue(findings.get(0).startsWith("CK-ARC-11: config.dump+0x"), findings.toString());
      assertFalse(findings.get(0).contains("\u001b"), findings.toString());
      assertTrue(findings.get(1).startsWith("CK-ARC-11: spec.dump+0x"), findings.toString());
      assertEquals("CK-ARC-11: network.status+0x0: has 5242880 bytes", findings.get(2));
      assertTrue(image.container().isEmpty());
    }
  }

  @Test
  void otherArchivesAreRefusedByName() {
    assertRefuses(
        "CK-ARC-10: archive+0x0: a tar archive, and no container checkpoint: it has no CRIU images",
        new TarBuilder().file("readme", new byte[10]).build());
    assertRefuses(
        "CK-ARC-10: archive+0x0: a checkpoint of a pod: the archive of each container is a file in it",
        new TarBuilder().file("pod.options", new byte[0]).file("a.tar", new byte[0]).build());
    TarBuilder two = new TarBuilder();
    Archives.images("s03_pipe")
        .forEach((name, bytes) -> two.file("a/" + name, bytes).file("b/" + name, bytes));
    assertRefuses("CK-ARC-10: archive+0x0: several sets of CRIU images: a, b", two.build());
    assertRefuses(
        "CK-ARC-10: archive+0x0: gzip data, and no tar archive in it",
        Packing.GZIP.pack(new byte[0]));
    assertRefuses(
        "CK-ARC-10: archive+0x0: Zstandard data, and no tar archive in it",
        Packing.ZSTD.pack("some text".repeat(500).getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void blobsThatLieAreRefused() {
    byte[] layer = Archives.podman();
    Map<String, byte[]> files =
        ContainerArchives.layout(layer, "application/vnd.oci.image.layer.v1.tar");
    String blob =
        files.keySet().stream()
            .filter(name -> files.get(name).length == layer.length)
            .findFirst()
            .orElseThrow();
    byte[] other = layer.clone();
    other[other.length - 1] = 1;
    files.put(blob, other);
    ImageException digest =
        assertThrows(
            ImageException.class, () -> Archives.open(ContainerArchives.tar(files)).close());
    assertTrue(
        digest.getMessage().startsWith("CK-ARC-12: %s+0x0: its digest is ".formatted(blob)),
        digest.getMessage());
    files.put(blob, new byte[1]);
    assertRefuses(
        "CK-ARC-12: %s+0x0: has 1 bytes, not %d".formatted(blob, layer.length),
        ContainerArchives.tar(files));
    files.remove(blob);
    assertRefuses("CK-ARC-12: %s+0x0: is not there".formatted(blob), ContainerArchives.tar(files));
    files.put(
        "index.json",
        "{\"manifests\":[{\"mediaType\":\"x.tar\",\"digest\":\"sha256:../../../../etc/passwd\"}]}"
            .getBytes(StandardCharsets.UTF_8));
    assertRefuses(
        "CK-ARC-12: index.json+0x0: 'sha256:../../../../etc/passwd' is no SHA-256 digest",
        ContainerArchives.tar(files));
  }
}

package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.MemorySource;
import org.ckimg.interop.archive.ArchiveImages;
import org.ckimg.interop.core.CoreImages;
import org.ckimg.interop.criu.CriuImages;
import org.ckimg.interop.criu.MemoryFolder;
import org.ckimg.interop.criu.Sample;
import org.ckimg.interop.dragonfly.DragonflyImages;
import org.ckimg.spec.ImageException;
import org.ckimg.testkit.archive.ContainerArchives;
import org.ckimg.testkit.dragonfly.CheckpointFile;
import org.ckimg.testkit.dragonfly.Checkpoints;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** What others made: a sound model, or one refusal with a rule of that format. */
@Tag("fuzz")
@Timeout(60)
class ForeignFuzzTest {
  private static final List<String> SETS =
      List.of("s03_pipe", "s05_unix", "s06_shm", "s07_deleted", "s09_evfds", "s12_podman");

  private static final List<Map<String, byte[]>> IMAGES =
      SETS.stream().map(name -> Sample.of(name).images("img")).toList();

  private static final byte[] TAR =
      ContainerArchives.tar(ContainerArchives.podman(Sample.of("s12_podman").images("img")));

  private static final byte[] CORE = core();
  private static final List<Integer> CORE_PLACES = ElfEdits.places(CORE);
  private static final CheckpointFile DRAGONFLY = Checkpoints.process().thread(9, 9).build();

  /** Opens something. */
  @FunctionalInterface
  interface Opener {
    ForeignImage open() throws IOException;
  }

  private static byte[] core() {
    try (InputStream packed = ForeignFuzzTest.class.getResourceAsStream("/core/kernel.core.gz");
        InputStream in = new GZIPInputStream(packed)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One image of a set of CRIU, of whatever kind, is other bytes or changed. */
  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void criu(FuzzedDataProvider data) throws IOException {
    Map<String, byte[]> set = IMAGES.get(data.consumeInt(0, IMAGES.size() - 1));
    List<String> names = set.keySet().stream().filter(n -> !n.startsWith("pages-")).toList();
    String name = names.get(data.consumeInt(0, names.size() - 1));
    MemoryFolder folder = new MemoryFolder(set);
    folder.put(
        name,
        data.consumeBoolean() ? data.consumeRemainingAsBytes() : changed(set.get(name), data));
    judge("CRI", () -> CriuImages.open(folder));
  }

  /** A tar, its headers changed under sums that fit, or any bytes. */
  @FuzzTest
  @DictionaryFile(resourcePath = "/archive.dict")
  void archive(FuzzedDataProvider data) throws IOException {
    byte[] bytes = data.consumeBoolean() ? data.consumeRemainingAsBytes() : TarEdits.of(TAR, data);
    MemorySource source = new MemorySource("archive", bytes);
    if (recognised(() -> ArchiveImages.recognise(source))) {
      judge("ARC|CRI", () -> ArchiveImages.open(source));
    }
  }

  /** A core whose headers and notes are changed. */
  @FuzzTest
  @DictionaryFile(resourcePath = "/core.dict")
  void core(FuzzedDataProvider data) throws IOException {
    byte[] bytes =
        data.consumeBoolean()
            ? ElfEdits.of(CORE, CORE_PLACES, data)
            : withHead(CORE, data.consumeRemainingAsBytes());
    judge("COR", () -> CoreImages.open(new MemorySource("core", bytes)));
  }

  /** A checkpoint of DragonFly whose records are changed. */
  @FuzzTest
  @DictionaryFile(resourcePath = "/dragonfly.dict")
  void dragonfly(FuzzedDataProvider data) throws IOException {
    byte[] bytes =
        data.consumeBoolean()
            ? ElfEdits.of(DRAGONFLY.build(), DRAGONFLY.places(), data)
            : withHead(DRAGONFLY.build(), data.consumeRemainingAsBytes());
    MemorySource source = new MemorySource("checkpoint", bytes);
    if (recognised(() -> DragonflyImages.recognise(source))) {
      judge("DFL|COR", () -> DragonflyImages.open(source));
    }
  }

  /** Recognises something. */
  @FunctionalInterface
  private interface Recogniser {
    boolean ask() throws IOException;
  }

  private static boolean recognised(Recogniser recogniser) throws IOException {
    try {
      return recogniser.ask();
    } catch (ImageException e) {
      return false;
    }
  }

  /**
   * A sound model, or an error with a rule of that format.
   *
   * @param formats as the ids of their rules name them, one bar between
   */
  static void judge(String formats, Opener opener) throws IOException {
    try (ForeignImage image = opener.open()) {
      Touch.all(image);
    } catch (ImageException e) {
      String rule = e.finding().rule().id();
      assertTrue(rule.matches("CK-(" + formats + ")-[0-9]+"), e.getMessage());
    }
  }

  private static byte[] changed(byte[] good, FuzzedDataProvider data) {
    byte[] bad = good.clone();
    int last = bad.length - 1;
    for (int i = data.consumeInt(0, 8); i >= 0 && last >= 0; i--) {
      int at = data.consumeInt(0, last);
      byte[] value = data.consumeBytes(Math.min(10, bad.length - at));
      System.arraycopy(value, 0, bad, at, value.length);
    }
    return bad;
  }

  private static byte[] withHead(byte[] good, byte[] head) {
    byte[] bad = good.clone();
    System.arraycopy(head, 0, bad, 0, Math.min(head.length, bad.length));
    return bad;
  }
}

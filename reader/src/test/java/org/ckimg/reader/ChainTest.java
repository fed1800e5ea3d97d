package org.ckimg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ckimg.reader.verify.ChainVerdict;
import org.ckimg.reader.verify.ChainVerifier;
import org.ckimg.reader.verify.Depth;
import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.RuleId;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.testkit.Hashes;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Pages;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that continue others. */
class ChainTest {
  private static final Path VECTORS = Path.of("../spec/vectors");

  @TempDir Path folder;
  private Path parent;
  private Path last;

  @BeforeEach
  void writeChain() throws IOException {
    parent = write("b", Samples.oneObject());
    write("c", Samples.child());
    last = write("a", Samples.grandchild());
    Files.writeString(folder.resolve("text"), "no image");
    Files.createDirectory(folder.resolve("folder"));
  }

  private Path write(String name, ImageBuilder image) throws IOException {
    return Files.write(folder.resolve(name), image.build().bytes());
  }

  private static ImageReader open(Path image, Path parents) throws IOException {
    return ImageReader.open(FileChannel.open(image), new ParentFolder(parents));
  }

  private ChainVerdict verify() throws IOException {
    try (FileChannel channel = FileChannel.open(last)) {
      return ChainVerifier.verify(channel, Depth.FULL, new ParentFolder(folder), bytes -> {});
    }
  }

  @Test
  void inheritedPagesAreReadWhereTheyAre() throws IOException {
    try (ImageReader reader = open(last, folder)) {
      assertEquals(Optional.empty(), reader.missing());
      assertEquals(5, Images.read(reader.checkpoint(), 1, 0x10, 1)[0]);
      assertEquals(4, Images.read(reader.checkpoint(), 1, 0x20, 1)[0]);
      byte[] two = Images.read(reader.checkpoint(), 1, 0x20, 2);
      assertEquals(List.of(4, 6), List.of((int) two[0], (int) two[4096]));
    }
  }

  @Test
  void digestsAreKnownThroughTheChain() throws IOException {
    PageMarks marks = new PageMarks();
    try (ImageReader reader = open(last, folder)) {
      PageRuns pages = new PageRuns.Builder().add(0x10, 3).add(0x20, 2).build();
      reader.known().look(1, pages, marks);
      assertTrue(marks.isAbsent(1));
      assertTrue(marks.hasDigest(0, digest(5)));
      assertTrue(marks.hasDigest(3, digest(4)));
      assertTrue(marks.hasDigest(4, digest(6)));
      assertFalse(marks.hasDigest(4, digest(7)));
      ImageReader child = reader.parent().orElseThrow();
      child.known().look(1, pages, marks);
      assertTrue(marks.isZero(1));
      assertTrue(marks.isAbsent(4));
      child.known().look(9, pages, marks);
      assertTrue(marks.isAbsent(0));
    }
  }

  private static byte[] digest(int first) {
    byte[] page = new byte[4096];
    page[0] = (byte) first;
    return Hashes.sha256(page);
  }

  @Test
  void anImageThatIsNotThereIsNamed() throws IOException {
    Files.delete(parent);
    Digest missing = Digest.of(Samples.oneObject().build().identity());
    try (ImageReader reader = open(last, folder)) {
      assertEquals(Optional.of(missing), reader.missing());
    }
    ChainVerdict verdict = verify();
    assertEquals(Optional.of(missing), verdict.missing());
    assertFalse(verdict.sound());
    assertTrue(verdict.image().sound());
    assertEquals(List.of(Rule.CHN_01), rules(verdict, 1));
  }

  @Test
  void everyImageOfTheChainIsJudged() throws IOException {
    assertTrue(verify().sound());
    byte[] bytes = Files.readAllBytes(parent);
    bytes[4096] ^= 1;
    Files.write(parent, bytes);
    ChainVerdict verdict = verify();
    assertFalse(verdict.sound());
    assertEquals(3, verdict.images().size());
    assertEquals(List.of(), rules(verdict, 1));
    assertEquals(List.of(Rule.PAG_09), rules(verdict, 2));
  }

  private static List<RuleId> rules(ChainVerdict verdict, int image) {
    return verdict.images().get(image).findings().stream().map(Finding::rule).toList();
  }

  @Test
  void aPageThatTheParentLacksIsNoBug() throws IOException {
    Path broken = VECTORS.resolve("invalid/CK-CHN-03.ckimg");
    try (ImageReader reader = open(broken, VECTORS.resolve("valid"))) {
      MalformedImageException e =
          assertThrows(
              MalformedImageException.class, () -> Images.read(reader.checkpoint(), 1, 0x13, 1));
      assertEquals(Rule.CHN_03, e.finding().rule());
    }
  }

  @Test
  void aParentThatDoesNotFitIsRefused() {
    Path broken = VECTORS.resolve("invalid/CK-CHN-01-depth.ckimg");
    MalformedImageException e =
        assertThrows(
            MalformedImageException.class, () -> open(broken, VECTORS.resolve("valid")).close());
    assertEquals(Rule.CHN_01, e.finding().rule());
  }

  /** Longer than a chain may be: the depth is what ends it, not the stack. */
  @Test
  void aChainOf65ImagesIsRead() throws IOException {
    byte[] identity = Samples.oneObject().build().identity();
    Path image = parent;
    for (int depth = 1; depth <= 64; depth++) {
      ImageBuilder builder = Samples.child().parent(identity, depth);
      builder.pages(1).page(0x100 + depth, Pages.fill(8, depth));
      if (depth > 1) {
        builder.pages(1).inherited(0x100 + depth - 1);
      }
      image = write("deep" + depth, builder);
      identity = builder.build().identity();
    }
    try (ImageReader reader = open(image, folder)) {
      assertEquals(64, Images.read(reader.checkpoint(), 1, 0x140, 1)[0]);
      assertEquals(63, Images.read(reader.checkpoint(), 1, 0x13f, 1)[0]);
      assertEquals(4, Images.read(reader.checkpoint(), 1, 0x20, 1)[0]);
    }
  }
}

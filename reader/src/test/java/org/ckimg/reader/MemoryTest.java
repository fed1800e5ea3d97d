package org.ckimg.reader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ckimg.spec.ChecksumMismatchException;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.RuleId;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
  private static final int PAGE = 4096;
  private static final int FIRST = 0x1000;
  private static final int COUNT = 400;

  @TempDir Path directory;

  /** Pages 0x1000 to 0x118f: every seventh zero, every eleventh repeated, one absent. */
  private static ImageBuilder manyPages() {
    ImageBuilder image = Samples.oneObject();
    for (int i = 0; i < COUNT; i++) {
      if (i != COUNT - 2) {
        image.pages(1).page(FIRST + i, content(i));
      }
    }
    return image;
  }

  private static byte[] content(int i) {
    int number = i % 7 == 0 ? 0 : i % 11 == 0 ? 1 : i + 10;
    return ByteBuffer.allocate(PAGE).putInt(number).putInt(PAGE - 4, number).array();
  }

  private static byte[] expected(int from, int count) {
    ByteBuffer pages = ByteBuffer.allocate(count * PAGE);
    for (int i = from; i < from + count; i++) {
      pages.put(content(i));
    }
    return pages.array();
  }

  /** Reads all pages; the rule that one of them breaks. */
  private static Optional<RuleId> broken(Path image, boolean scan) throws IOException {
    try (ImageReader reader = ImageReader.open(image)) {
      Memory memory = reader.checkpoint().memory();
      PageRuns runs = memory.pages(1);
      for (int run = 0; run < runs.size(); run++) {
        int count = (int) runs.count(run);
        MemorySegment pages = MemorySegment.ofArray(new byte[count * PAGE]);
        if (scan) {
          memory.scan(1, runs.first(run), count, pages);
        } else {
          memory.read(1, runs.first(run), count, pages);
        }
      }
      return Optional.empty();
    } catch (ImageException e) {
      return Optional.of(e.finding().rule());
    }
  }

  /** A scan gives up the digests of raw pages, and neither a checksum nor what a decoder sees. */
  @Test
  void whatAScanProves() throws IOException {
    Path vectors = Path.of("../spec/vectors/invalid");
    for (boolean scan : new boolean[] {true, false}) {
      Path checksum = vectors.resolve("CK-PAG-09.ckimg");
      assertEquals(Optional.of(Rule.PAG_09), broken(checksum, scan));
      Path leaf = vectors.resolve("CK-PAG-11-coded.ckimg");
      assertEquals(Optional.of(Rule.PAG_11), broken(leaf, scan));
    }
    ImageBuilder pages = Samples.oneObject();
    for (int i = 0; i < COUNT; i++) {
      pages.pages(1).page(FIRST + i, ByteBuffer.allocate(PAGE).putInt(i + 10).array());
    }
    // Of the second frame, which is read as a whole.
    Image lie = pages.build().set("PAGES/digest/100", new byte[16]);
    Path image = Images.write(directory, lie.bytes());
    assertEquals(Optional.empty(), broken(image, true));
    assertEquals(Optional.of(Rule.PAG_10), broken(image, false));
  }

  @Test
  void whatAScanCopies() throws IOException {
    Path image = Images.write(directory, manyPages().build().bytes());
    try (ImageReader reader = ImageReader.open(image)) {
      byte[] pages = new byte[(COUNT - 2) * PAGE];
      reader.checkpoint().memory().scan(1, FIRST, COUNT - 2, MemorySegment.ofArray(pages));
      assertArrayEquals(expected(0, COUNT - 2), pages);
    }
  }

  @Test
  void anyRangeReadsBack() throws IOException {
    try (ImageReader reader =
        ImageReader.open(Images.write(directory, manyPages().build().bytes()))) {
      Checkpoint checkpoint = reader.checkpoint();
      assertArrayEquals(expected(0, COUNT - 2), Images.read(checkpoint, 1, FIRST, COUNT - 2));
      Random random = new Random(1);
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(COUNT - 2);
        int count = 1 + random.nextInt(COUNT - 2 - from);
        assertArrayEquals(expected(from, count), Images.read(checkpoint, 1, FIRST + from, count));
      }
    }
  }

  @Test
  void severalThreadsRead() throws Exception {
    try (ImageReader reader =
            ImageReader.open(Images.write(directory, manyPages().build().bytes()));
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Checkpoint checkpoint = reader.checkpoint();
      List<Future<Boolean>> results = new ArrayList<>();
      for (int seed = 0; seed < 4; seed++) {
        Random random = new Random(seed);
        Callable<Boolean> work =
            () -> {
              for (int i = 0; i < 100; i++) {
                int from = random.nextInt(COUNT - 100);
                byte[] actual = Images.read(checkpoint, 1, FIRST + from, 90);
                if (!Arrays.equals(expected(from, 90), actual)) {
                  return false;
                }
              }
              return true;
            };
        results.add(threads.submit(work));
      }
      for (Future<Boolean> result : results) {
        assertTrue(result.get());
      }
    }
  }

  @Test
  void largerPagesReadBack() throws IOException {
    Path file = Images.write(directory, Samples.pages64k().build().bytes());
    try (ImageReader reader = ImageReader.open(file)) {
      byte[] pages = Images.read(reader.checkpoint(), 1, 0x10, 3);
      assertEquals(3 << 16, pages.length);
      assertEquals(3, pages[2]);
      assertEquals(0, pages[1 << 16]);
      assertEquals(2, pages[(2 << 16) + 1]);
    }
  }

  @Test
  void blocksAreJoined() throws IOException {
    try (ImageReader reader =
        ImageReader.open(Images.write(directory, Samples.twoBlocks().build().bytes()))) {
      Checkpoint checkpoint = reader.checkpoint();
      assertEquals(1, checkpoint.memory().pages(1).size());
      byte[] pages = Images.read(checkpoint, 1, 0x10e, 3);
      assertEquals(0, pages[0]);
      assertEquals(1, pages[1 << 16]);
      assertEquals(1, pages[2 << 16]);
    }
  }

  @Test
  void absentPageIsTheCallersFault() throws IOException {
    try (ImageReader reader =
        ImageReader.open(Images.write(directory, manyPages().build().bytes()))) {
      Checkpoint checkpoint = reader.checkpoint();
      assertThrows(
          IllegalArgumentException.class, () -> Images.read(checkpoint, 1, FIRST + COUNT - 2, 1));
      assertThrows(IllegalArgumentException.class, () -> Images.read(checkpoint, 1, 0, 1));
      assertThrows(IllegalArgumentException.class, () -> Images.read(checkpoint, 2, FIRST, 1));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment tooSmall = arena.allocate(PAGE);
        assertThrows(
            IllegalArgumentException.class, () -> checkpoint.memory().read(1, FIRST, 2, tooSmall));
      }
    }
  }

  @Test
  void statesAndDigestsAreTold() throws IOException {
    try (ImageReader reader =
        ImageReader.open(Images.write(directory, Samples.oneObject().build().bytes()))) {
      ObjectPages pages = reader.pages(1);
      List<PageRun> runs = new ArrayList<>();
      pages.forEach(0, Long.MAX_VALUE, runs::add);
      assertEquals(
          List.of(
              new PageRun(0x10, 1, PageState.STORED),
              new PageRun(0x11, 1, PageState.ZERO),
              new PageRun(0x12, 1, PageState.REPEATED),
              new PageRun(0x20, 1, PageState.STORED)),
          runs);
      assertEquals(new PageTotals(2, 1, 1, 0), reader.totals(1));
      assertEquals(new PageTotals(1, 1, 0, 0), pages.totals(0x10, 2));
      assertEquals(pages.digest(0x10), pages.digest(0x12));
      assertEquals(Optional.empty(), pages.digest(0x11));
      assertEquals(Optional.empty(), pages.digest(0x13));
      assertEquals(PageTotals.NONE, reader.totals(9));
    }
  }

  /** By the directory where it can, page by page here. */
  @Test
  void totalsOfARangeAreThoseOfItsPages() throws IOException {
    ImageBuilder builder = Samples.twoBlocks();
    for (int page = 0x111; page < 0x300; page++) {
      builder.pages(1).page(page, (byte) (page % 3));
    }
    try (ImageReader reader = ImageReader.open(Images.write(directory, builder.build().bytes()))) {
      ObjectPages pages = reader.pages(1);
      for (int first = 0; first < 0x320; first += 37) {
        for (int count = 0; count < 0x320; count += 41) {
          long[] stored = new long[1];
          pages.forEach(
              first,
              count,
              run -> stored[0] += run.state() == PageState.STORED ? run.numPages() : 0);
          assertEquals(stored[0], pages.totals(first, count).stored(), first + "+" + count);
        }
      }
      assertEquals(reader.totals(1), pages.totals(0, 0x1000));
    }
  }

  @Test
  void inheritedPageNamesTheParent() throws IOException {
    Path file = Images.write(directory, Samples.child().build().bytes());
    try (ImageReader reader = ImageReader.open(file)) {
      Checkpoint checkpoint = reader.checkpoint();
      assertEquals(5, Images.read(checkpoint, 1, 0x10, 1)[0]);
      UnsupportedImageException e =
          assertThrows(UnsupportedImageException.class, () -> Images.read(checkpoint, 1, 0x12, 1));
      String identity = checkpoint.parent().orElseThrow().identity().toString();
      assertTrue(e.getMessage().contains(identity), e.getMessage());
    }
  }

  @Test
  void codedFramesAreDecoded() throws IOException {
    try (ImageReader reader =
        ImageReader.open(Images.write(directory, Samples.coded().build().bytes()))) {
      Checkpoint checkpoint = reader.checkpoint();
      for (int page = 0; page < 129; page++) {
        assertEquals((byte) (page + 1), Images.read(checkpoint, 1, 0x10 + page, 1)[0]);
      }
    }
  }

  @Test
  void damagedPageIsNotGivenOut() throws IOException {
    Image image = manyPages().build();
    byte[] bytes = image.bytes();
    bytes[image.offset("PAGES/data/0") + 5 * PAGE] ^= 1;
    Path file = Files.write(directory.resolve("damaged"), bytes);
    try (ImageReader reader = ImageReader.open(file)) {
      Checkpoint checkpoint = reader.checkpoint();
      for (int count : new int[] {1, 300}) {
        ChecksumMismatchException e =
            assertThrows(
                ChecksumMismatchException.class,
                () -> Images.read(checkpoint, 1, FIRST + 1, count));
        assertEquals(Rule.PAG_09, e.finding().rule());
        assertEquals("PAGES 1", e.finding().section());
      }
    }
  }
}

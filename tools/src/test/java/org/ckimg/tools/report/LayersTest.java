package org.ckimg.tools.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.TestProcess;
import org.ckimg.tools.diff.PageChange;
import org.ckimg.tools.diff.PageRange;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.Areas;
import org.ckimg.tools.mem.MemoryFilter;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static final int PAGE = TestProcess.PAGE;
  private static final long START = 0x10000;
  private static final int READ_WRITE = Vma.READ | Vma.WRITE;

  private final TestProcess process = new TestProcess();

  private List<Bins> layers(PageRange... changes) throws IOException {
    Subject subject = process.subject();
    return Layers.of(subject, Areas.of(subject.checkpoint(), MemoryFilter.ALL), _ -> {})
        .of(TestProcess.process(subject), List.of(changes));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] random() {
    byte[] page = new byte[PAGE];
    new Random(7).nextBytes(page);
    return page;
  }

  @Test
  void aSmallMappingHasAPieceForEachPage() throws IOException {
    byte[] two = new byte[PAGE];
    Arrays.fill(two, 0, PAGE / 2, (byte) 1);
    process
        .map(START, 5 * PAGE, READ_WRITE)
        .put(START, random())
        .put(START + 2 * PAGE, two)
        .put(START + 3 * PAGE, new byte[PAGE]);
    Bins bins = layers().getFirst();
    assertEquals(0, bins.mapping());
    assertEquals(1, bins.pages());
    assertArrayEquals(bytes(255, 0, 255, 255, 0), bins.stored());
    // 8 bits; none; two values as often as each other are one bit; zeroes do not count.
    assertArrayEquals(bytes(254, 0, 33, 0, 0), bins.entropy());
    assertArrayEquals(new byte[5], bins.changed());
  }

  @Test
  void neighboursDoNotMix() throws IOException {
    process
        .map(START, PAGE, READ_WRITE)
        .map(START + PAGE, PAGE, Vma.READ)
        .put(START, random())
        .put(START + PAGE, (byte) 1);
    List<Bins> bins = layers();
    assertArrayEquals(bytes(254), bins.get(0).entropy());
    assertTrue(bins.get(1).entropy()[0] == 1, "one byte of a page is hardly anything");
  }

  @Test
  void changesAreCountedWhereTheyAre() throws IOException {
    process.map(START, 4 * PAGE, READ_WRITE).map(START + 8 * PAGE, 2 * PAGE, READ_WRITE);
    process.put(START, (byte) 1);
    long first = START / PAGE;
    List<Bins> bins =
        layers(
            new PageRange(first - 3, first + 1, PageChange.CHANGED),
            new PageRange(first + 3, first + 9, PageChange.ADDED));
    assertArrayEquals(bytes(255, 0, 0, 255), bins.get(0).changed());
    assertArrayEquals(bytes(255, 0), bins.get(1).changed());
  }

  @Test
  void aHugeMappingHasFewPieces() throws IOException {
    process.map(START, 1L << 40, READ_WRITE).put(START + (1L << 39), random());
    Bins bins = layers().getFirst();
    assertTrue(bins.stored().length <= 1025, bins.stored().length + " pieces");
    int shown = 0;
    for (byte piece : bins.stored()) {
      shown += piece == 0 ? 0 : 1;
    }
    assertEquals(1, shown, "a single page is still seen");
  }

  @Test
  void whatHasNoPageIsLeftOut() throws IOException {
    process.map(START, PAGE, READ_WRITE);
    assertEquals(List.of(), layers());
  }
}

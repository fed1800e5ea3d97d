package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.ForeignImages;
import org.ckimg.interop.criu.proto.PagemapEntry;
import org.ckimg.interop.criu.proto.PagemapHead;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.UnsupportedImageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pagemaps: old ones, long ones, chains, and what is refused. */
class PagemapTest {
  private static final int PAGE = 4096;
  private static final int MANY = 135_000;

  @TempDir private Path directory;

  private static MessageLite head() {
    return PagemapHead.newBuilder().setPagesId(3).build();
  }

  private static PagemapEntry.Builder entry(long page, long count, int flags) {
    return PagemapEntry.newBuilder()
        .setVaddr(page * PAGE)
        .setCompatNrPages(0)
        .setFlags(flags)
        .setNrPages(count);
  }

  private static SetBuilder set(int storedPages, MessageLite... entries) {
    List<MessageLite> all = new ArrayList<>(List.of(head()));
    all.addAll(List.of(entries));
    byte[] pages = new byte[storedPages * PAGE];
    for (int i = 0; i < storedPages; i++) {
      pages[i * PAGE] = (byte) (i + 1);
    }
    return new SetBuilder()
        .image("pagemap-100.img", ImageKind.PAGEMAP, all.toArray(MessageLite[]::new))
        .raw("pages-3.img", pages);
  }

  private static int first(ForeignImage image, long page) throws IOException {
    byte[] bytes = new byte[PAGE];
    image.checkpoint().memory().read(1, page, 1, MemorySegment.ofArray(bytes));
    return bytes[0];
  }

  private static <T extends ImageException> void refused(
      Class<T> type, CriuRule rule, SetBuilder set) {
    T thrown = assertThrows(type, () -> CriuImages.open(set.build()));
    assertEquals(rule, thrown.finding().rule(), thrown.getMessage());
  }

  @Test
  void manyEntriesOpenQuickly() throws IOException {
    MessageLite[] entries = new MessageLite[MANY];
    for (int i = 0; i < MANY; i++) {
      entries[i] = entry(0x7f0000000L + 2L * i, 1, 4).build();
    }
    MemoryFolder folder = set(0, entries).build();
    for (String name : folder.names()) {
      Files.write(directory.resolve(name), folder.bytes(name));
    }
    try (RandomAccessFile pages =
        new RandomAccessFile(directory.resolve("pages-3.img").toFile(), "rw")) {
      pages.setLength((long) MANY * PAGE);
      pages.seek((MANY - 1L) * PAGE);
      pages.write(7);
    }
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      long start = System.nanoTime();
      try (ForeignImage image = ForeignImages.open("many", directory).orElseThrow()) {
        assertEquals(MANY, image.checkpoint().memory().pages(1).size());
        assertEquals(7, first(image, 0x7f0000000L + 2L * (MANY - 1)));
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    System.out.printf("%d pagemap entries: %.1f ms%n", MANY, best / 1e6);
  }

  /** Sets from before there were flags and 64 bits of pages. */
  @Test
  void oldEntries() throws IOException {
    MemoryFolder parent =
        set(1, PagemapEntry.newBuilder().setVaddr(5 * PAGE).setCompatNrPages(1).build()).build();
    SetBuilder set =
        set(
            2,
            PagemapEntry.newBuilder().setVaddr(PAGE).setCompatNrPages(2).build(),
            PagemapEntry.newBuilder()
                .setVaddr(5 * PAGE)
                .setCompatNrPages(1)
                .setInParent(true)
                .build());
    try (ForeignImage image = CriuImages.open(set.parent(parent).build())) {
      assertEquals(3, image.checkpoint().memory().pages(1).numPages());
      assertEquals(1, first(image, 1));
      assertEquals(2, first(image, 2));
      assertEquals(1, first(image, 5));
      assertTrue(image.complete());
    }
  }

  @Test
  void chainOfThree() throws IOException {
    MemoryFolder first = set(8, entry(0, 8, 4).build()).build();
    MemoryFolder second =
        set(2, entry(0, 3, 1).build(), entry(3, 2, 4).build(), entry(5, 3, 1).build())
            .parent(first)
            .build();
    SetBuilder third = set(1, entry(0, 1, 4).build(), entry(1, 6, 1).build()).parent(second);
    try (ForeignImage image = CriuImages.open(third.build())) {
      int[] expected = {1, 2, 3, 1, 2, 6, 7};
      for (int page = 0; page < expected.length; page++) {
        assertEquals(expected[page], first(image, page), "page " + page);
      }
      byte[] all = new byte[7 * PAGE];
      image.checkpoint().memory().read(1, 0, 7, MemorySegment.ofArray(all));
      assertEquals(7, all[6 * PAGE]);
      assertEquals(6, image.inherited(1).numPages());
      assertFalse(image.inherited(1).contains(0));
    }
  }

  @Test
  void missingParentIsSaid() throws IOException {
    SetBuilder set = set(1, entry(0, 1, 4).build(), entry(1, 2, 1).build(), entry(9, 4, 2).build());
    try (ForeignImage image = CriuImages.open(set.build())) {
      assertFalse(image.complete());
      assertTrue(image.checkpoint().partial());
      assertEquals(1, image.checkpoint().memory().pages(1).numPages());
      assertTrue(image.warnings().getFirst().startsWith("6 pages are in none of the sets"));
    }
  }

  @Test
  void endlessChainIsRefused() {
    SetBuilder set = set(0, entry(0, 1, 1).build());
    MemoryFolder folder = set.build();
    folder.put("parent", folder);
    ImageException thrown =
        assertThrows(MalformedImageException.class, () -> CriuImages.open(folder));
    assertEquals(CriuRule.CHAIN, thrown.finding().rule());
  }

  @Test
  void unknownIsRefused() {
    refused(
        UnsupportedImageException.class,
        CriuRule.PAGEMAP_KNOWN,
        set(1, entry(0, 1, 4 | 8).build()));
    refused(
        UnsupportedImageException.class, CriuRule.PAGEMAP_KNOWN, set(1, entry(0, 1, 5).build()));
    UnknownFieldSet block =
        UnknownFieldSet.newBuilder()
            .addField(6, UnknownFieldSet.Field.newBuilder().addVarint(100).build())
            .build();
    refused(
        UnsupportedImageException.class,
        CriuRule.PAGEMAP_KNOWN,
        set(1, entry(0, 1, 4).setUnknownFields(block).build()));
  }

  @Test
  void liesAreRefused() {
    refused(TruncatedImageException.class, CriuRule.PAGES, set(1, entry(0, 2, 4).build()));
    refused(TruncatedImageException.class, CriuRule.PAGES, set(1, entry(0, 1L << 52, 4).build()));
    refused(
        MalformedImageException.class,
        CriuRule.PAGEMAP_ORDER,
        set(2, entry(3, 1, 4).build(), entry(3, 1, 4).build()));
    refused(
        MalformedImageException.class,
        CriuRule.PAGEMAP_ORDER,
        set(1, entry(0, 1, 4).setVaddr(12).build()));
    refused(MalformedImageException.class, CriuRule.PAGEMAP_ORDER, set(1, entry(0, -1, 4).build()));
    refused(
        MalformedImageException.class,
        CriuRule.PAGEMAP_ORDER,
        set(1, entry((1L << 52) - 1, 2, 1).build()));
    refused(
        MalformedImageException.class,
        CriuRule.MESSAGE,
        set(1, entry(0, 1, 4).clearNrPages().clearCompatNrPages().build()));
  }
}

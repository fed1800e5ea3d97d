package org.ckimg.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/** A checkpoint with nothing but pages of one kind. */
final class SyntheticImage implements Memory {
  static final int PAGE = 4096;

  /** What the pages hold. */
  enum Content {
    ZERO,
    RANDOM,
    /** Words of a small heap: half of each page repeats. */
    HEAP
  }

  private final PageRuns pages;
  private final byte[] pattern;

  SyntheticImage(Content content, PageRuns pages) {
    this.pages = pages;
    this.pattern = new byte[64 * PAGE];
    Random random = new Random(42);
    switch (content) {
      case ZERO -> {}
      case RANDOM -> random.nextBytes(pattern);
      case HEAP -> {
        for (int i = 0; i < pattern.length; i += Long.BYTES) {
          pattern[i] = (byte) random.nextInt(64);
          pattern[i + 1] = (byte) (i % 16 == 0 ? random.nextInt() : 0);
        }
      }
    }
  }

  /** Runs of one page each, every second page. */
  static PageRuns scattered(int runs) {
    PageRuns.Builder pages = new PageRuns.Builder();
    for (int run = 0; run < runs; run++) {
      pages.add(2L * run, 1);
    }
    return pages.build();
  }

  Checkpoint checkpoint() {
    Host host =
        new Host(
            false,
            Host.X86_64,
            1,
            12,
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            Optional.empty());
    MemoryObject object =
        new MemoryObject(
            1, MemoryObject.Kind.SHARED, 1L << 40, OptionalInt.empty(), OptionalInt.empty());
    return new Checkpoint(
        host,
        Optional.empty(),
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(object),
        Optional.empty(),
        List.of(),
        this);
  }

  @Override
  public PageRuns pages(int object) {
    return pages;
  }

  /** No two pages of a pattern of other than zeroes are equal: each carries its number. */
  @Override
  public void read(int object, long firstPage, int numPages, MemorySegment into)
      throws IOException {
    MemorySegment source = MemorySegment.ofArray(pattern);
    for (int i = 0; i < numPages; i++) {
      long from = (firstPage + i) % 64 * PAGE;
      MemorySegment page = into.asSlice((long) i * PAGE, PAGE);
      MemorySegment.copy(source, from, page, 0, PAGE);
      if (pattern[0] != 0 || pattern[PAGE] != 0) {
        page.set(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, 8, firstPage + i);
      }
    }
  }
}

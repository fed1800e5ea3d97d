package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Parent;
import org.junit.jupiter.api.Test;

/** What a parent has is not stored again. */
class BaseTest {
  private static final int SHIFT = 12;
  private static final int PAGES = 5000;
  private static final int OBJECT = 1;
  private static final int BASE = 7;
  private static final int CHANGED = 100;

  /** Zero, repeated and distinct pages; the parent has them all, but every hundredth otherwise. */
  private static class Now implements Memory {
    private final FakeMemory pages =
        new FakeMemory(1 << SHIFT, FakeMemory.MIXED, FakeMemory.runs(0, PAGES));
    private final PageRuns unchanged;

    Now(PageRuns unchanged) {
      this.unchanged = unchanged;
    }

    @Override
    public PageRuns pages(int object) {
      return pages.pages(object);
    }

    @Override
    public PageRuns unchanged(int object) {
      return unchanged;
    }

    @Override
    public KnownPages base() {
      return (object, runs, marks) -> {
        assertEquals(BASE, object);
        marks.clear((int) runs.numPages());
        int index = 0;
        for (int run = 0; run < runs.size(); run++) {
          for (long page = runs.first(run); page < runs.end(run); page++, index++) {
            mark(page, index, marks);
          }
        }
      };
    }

    private void mark(long page, int index, PageMarks marks) {
      byte[] bytes = pages.page(OBJECT, page);
      if (page % CHANGED == 0) {
        marks.setDigest(index, ByteBuffer.allocate(16).put(0, (byte) 1), 0);
      } else if (MemorySegment.ofArray(bytes).mismatch(MemorySegment.ofArray(new byte[4096])) < 0) {
        marks.setZero(index);
      } else {
        marks.setDigest(index, ByteBuffer.wrap(Hashing.sha256().digest(bytes)), 0);
      }
    }

    @Override
    public void read(int object, long firstPage, int numPages, MemorySegment into) {
      pages.read(object, firstPage, numPages, into);
    }
  }

  private static byte[] write(Now memory, OptionalInt base) throws IOException {
    MemoryObject object =
        new MemoryObject(OBJECT, MemoryObject.Kind.SHARED, 1L << 50, OptionalInt.empty(), base);
    Digest parent = Digest.of(Hashing.sha256().digest());
    Checkpoint checkpoint =
        Samples.with(Samples.empty(), "parent", Optional.of(new Parent(parent, 1)));
    checkpoint = Samples.with(checkpoint, "objects", List.of(object));
    return Samples.write(Samples.with(checkpoint, "memory", memory));
  }

  /** Counts by the block heads: pages, stored, zero, inherited. */
  private static List<Integer> counts(byte[] image) throws Exception {
    int[] sums = new int[4];
    for (RawImage.Part block : new RawImage(image).ofType(0x40)) {
      int[] at = {4, 28, 36, 40};
      for (int i = 0; i < at.length; i++) {
        sums[i] += block.u4(at[i]);
      }
    }
    return List.of(sums[0], sums[1], sums[2], sums[3]);
  }

  @Test
  void equalPagesAreInherited() throws Exception {
    byte[] image = write(new Now(PageRuns.EMPTY), OptionalInt.of(BASE));
    int zero = PAGES / 4;
    int changed = PAGES / CHANGED;
    assertEquals(List.of(PAGES, changed, zero, PAGES - changed - zero), counts(image));
  }

  @Test
  void withoutABaseEverythingIsStored() throws Exception {
    byte[] image = write(new Now(PageRuns.EMPTY), OptionalInt.empty());
    assertEquals(0, counts(image).getLast());
  }

  /** The image says the same whether it was known or found out that a page did not change. */
  @Test
  void unchangedPagesAreNotRead() throws Exception {
    PageRuns.Builder unchanged = new PageRuns.Builder();
    for (int page = 0; page < PAGES; page += CHANGED) {
      unchanged.add(page + 1, CHANGED - 1);
    }
    Now memory = new Now(unchanged.build());
    byte[] image = write(memory, OptionalInt.of(BASE));
    assertArrayEquals(write(new Now(PageRuns.EMPTY), OptionalInt.of(BASE)), image);
    assertEquals(PAGES / CHANGED, memory.pages.reads.size());
  }

  @Test
  void aPageThatTheBaseLacksIsRead() throws Exception {
    Now memory =
        new Now(FakeMemory.runs(0, PAGES)) {
          @Override
          public KnownPages base() {
            return KnownPages.NONE;
          }
        };
    assertEquals(0, counts(write(memory, OptionalInt.of(BASE))).getLast());
  }
}

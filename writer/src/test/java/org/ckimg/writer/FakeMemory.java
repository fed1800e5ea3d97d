package org.ckimg.writer;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;

/** Pages that follow from their number; every read is checked and noted. */
final class FakeMemory implements Memory {
  /** Fills one page that is all zero. */
  @FunctionalInterface
  interface Fill {
    void page(int object, long page, byte[] into);
  }

  /** Every page differs. */
  static final Fill DISTINCT = (object, page, into) -> number(into, object * 1_000_003L + page + 1);

  /** Zero, repeated and distinct pages in turn. */
  static final Fill MIXED =
      (object, page, into) -> {
        switch ((int) (page % 4)) {
          case 0 -> new Random(page * 31 + object).nextBytes(into);
          case 1 -> number(into, page % 16);
          case 2 -> {}
          default -> number(into, page);
        }
      };

  final List<String> reads = new ArrayList<>();
  private final int pageSize;
  private final List<PageRuns> objects;
  private final Fill fill;
  private final Thread owner = Thread.currentThread();

  FakeMemory(int pageSize, Fill fill, PageRuns... objects) {
    this.pageSize = pageSize;
    this.objects = List.of(objects);
    this.fill = fill;
  }

  static PageRuns runs(long... firstAndCount) {
    PageRuns.Builder runs = new PageRuns.Builder();
    for (int i = 0; i < firstAndCount.length; i += 2) {
      runs.add(firstAndCount[i], firstAndCount[i + 1]);
    }
    return runs.build();
  }

  private static void number(byte[] into, long value) {
    ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN).putLong(into.length - 8, value);
  }

  byte[] page(int object, long page) {
    byte[] bytes = new byte[pageSize];
    fill.page(object, page, bytes);
    return bytes;
  }

  @Override
  public PageRuns pages(int object) {
    return objects.get(object - 1);
  }

  @Override
  public void read(int object, long firstPage, int numPages, MemorySegment into) {
    if (Thread.currentThread() != owner) {
      throw new AssertionError("read by another thread");
    }
    PageRuns runs = pages(object);
    if (numPages < 1 || !runs.contains(firstPage) || !runs.contains(firstPage + numPages - 1)) {
      throw new AssertionError("read of absent pages");
    }
    reads.add(object + ":" + firstPage + "+" + numPages);
    byte[] bytes = new byte[pageSize];
    for (int i = 0; i < numPages; i++) {
      Arrays.fill(bytes, (byte) 0);
      fill.page(object, firstPage + i, bytes);
      MemorySegment.copy(MemorySegment.ofArray(bytes), 0, into, (long) i * pageSize, pageSize);
    }
  }
}

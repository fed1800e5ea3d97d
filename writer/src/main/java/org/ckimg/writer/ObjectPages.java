package org.ckimg.writer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;

/** Cuts the pages of one object into blocks, before a byte of them is read. */
final class ObjectPages {
  private final MemoryObject object;
  private final PageRuns runs;
  private final PageRuns unchanged;
  private final KnownPages base;
  private final int pageShift;
  private int run;
  private long used;

  /** Checks that all pages lie inside the object. */
  ObjectPages(MemoryObject object, Memory memory, int pageShift) throws IOException {
    this.object = object;
    this.base = memory.base();
    this.runs = memory.pages(object.id());
    this.unchanged = object.base().isPresent() ? memory.unchanged(object.id()) : PageRuns.EMPTY;
    this.pageShift = pageShift;
    long limit =
        ObjectEncoder.isAddressSpace(object)
            ? Format.MAX_PAGE + 1
            : pagesOf(object.length(), pageShift);
    boolean inside = runs.size() == 0 || runs.first(0) >= 0 && runs.end(runs.size() - 1) <= limit;
    require(inside, "pages outside the object, which has " + limit);
  }

  /** Pages that {@code length} bytes touch when they start at one. */
  static long pagesOf(long length, int pageShift) {
    return (length >> pageShift) + ((length & (1L << pageShift) - 1) == 0 ? 0 : 1);
  }

  int object() {
    return object.id();
  }

  /** Pages that need not be read. */
  PageRuns unchanged() {
    return unchanged;
  }

  /** What is known of the base of {@code pages}. */
  void look(PageRuns pages, PageMarks marks) throws IOException {
    if (object.base().isPresent()) {
      base.look(object.base().getAsInt(), pages, marks);
    } else {
      marks.clear((int) pages.numPages());
    }
  }

  boolean hasNext() {
    return run < runs.size();
  }

  /** The pages of the next block: as many as a block takes, or all that are left. */
  PageRuns next() {
    PageRuns.Builder block = new PageRuns.Builder();
    int room = 1 << Format.BLOCK_SHIFT - pageShift;
    while (room > 0 && hasNext()) {
      int count = (int) Math.min(room, runs.count(run) - used);
      block.add(runs.first(run) + used, count);
      room -= count;
      used += count;
      if (used == runs.count(run)) {
        run++;
        used = 0;
      }
    }
    return block.build();
  }

  /** Checks that the bytes of {@code pages} behind the object's length are zero. */
  void checkTail(PageRuns pages, MemorySegment data) {
    int inLastPage = (int) (object.length() & (1L << pageShift) - 1);
    long lastPage = object.length() >> pageShift;
    if (inLastPage == 0 || pages.end(pages.size() - 1) != lastPage + 1) {
      return;
    }
    long from = (pages.numPages() - 1 << pageShift) + inLastPage;
    long to = pages.numPages() << pageShift;
    MemorySegment tail = data.asSlice(from, to - from);
    boolean zero = tail.mismatch(MemorySegment.ofArray(new byte[(int) (to - from)])) < 0;
    require(zero, "bytes behind the object's length are not zero");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new InvalidCheckpointException(Rule.PAG_15, "object " + object.id(), otherwise);
    }
  }
}

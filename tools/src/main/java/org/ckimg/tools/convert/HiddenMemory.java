package org.ckimg.tools.convert;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.mem.Ranges;

/**
 * Memory of which some reads as zero. A page that one mapping hides and another one shows is
 * hidden. Safe for several threads where the memory below is.
 */
final class HiddenMemory implements Memory {
  private final Memory memory;
  private final int pageSize;
  private final boolean hideRest;
  private final Map<Integer, Cover> covers = new HashMap<>();

  /** What was said of one object, as ranges of pages and of bytes. */
  private static final class Cover {
    private final List<long[]> hidden = new ArrayList<>();
    private final List<long[]> shown = new ArrayList<>();
    private final List<long[]> bytes = new ArrayList<>();
    private PageRuns hiddenPages = PageRuns.EMPTY;
    private PageRuns shownPages = PageRuns.EMPTY;
    private PageRuns hiddenBytes = PageRuns.EMPTY;

    void close() {
      hiddenPages = runs(hidden);
      shownPages = runs(shown);
      hiddenBytes = runs(bytes);
    }

    private static PageRuns runs(List<long[]> ranges) {
      PageRuns.Builder runs = new PageRuns.Builder();
      Ranges.joined(ranges).forEach(range -> runs.add(range[0], range[1] - range[0]));
      return runs.build();
    }
  }

  /**
   * Hides nothing yet.
   *
   * @param hideRest true to hide the pages too of which nobody says that they are shown
   */
  HiddenMemory(Memory memory, int pageSize, boolean hideRest) {
    this.memory = memory;
    this.pageSize = pageSize;
    this.hideRest = hideRest;
  }

  private Cover cover(int object) {
    return covers.computeIfAbsent(object, _ -> new Cover());
  }

  /** Hides what a mapping shows of its object. */
  void hide(Vma vma) {
    vma.object().ifPresent(object -> cover(object).hidden.add(pages(vma)));
  }

  /** Leaves it. */
  void show(Vma vma) {
    vma.object().ifPresent(object -> cover(object).shown.add(pages(vma)));
  }

  private static long[] pages(Vma vma) {
    return new long[] {vma.objectPage(), vma.objectPage() + vma.numPages()};
  }

  /** Hides the bytes of a mapping that lie between two addresses. */
  void hide(Vma vma, long from, long to) {
    long start = vma.firstPage() * pageSize;
    long first = Math.max(from, start);
    long end = Math.min(to, vma.endPage() * pageSize);
    if (first < end) {
      long offset = vma.objectPage() * pageSize - start;
      vma.object()
          .ifPresent(object -> cover(object).bytes.add(new long[] {first + offset, end + offset}));
    }
  }

  /** Nothing more is hidden or shown; before this nothing is read. */
  HiddenMemory close() {
    covers.values().forEach(Cover::close);
    return this;
  }

  @Override
  public PageRuns pages(int object) throws IOException {
    return memory.pages(object);
  }

  @Override
  public void read(int object, long firstPage, int numPages, MemorySegment into)
      throws IOException {
    Cover cover = covers.getOrDefault(object, new Cover());
    int done = 0;
    while (done < numPages) {
      boolean hidden = hides(cover, firstPage + done);
      int count = 1;
      while (done + count < numPages && hides(cover, firstPage + done + count) == hidden) {
        count++;
      }
      MemorySegment part = into.asSlice((long) done * pageSize, (long) count * pageSize);
      if (hidden) {
        part.fill((byte) 0);
      } else {
        memory.read(object, firstPage + done, count, part);
      }
      done += count;
    }
    hideBytes(cover, firstPage * pageSize, into.asSlice(0, (long) numPages * pageSize));
  }

  private boolean hides(Cover cover, long page) {
    return cover.hiddenPages.contains(page) || hideRest && !cover.shownPages.contains(page);
  }

  private static void hideBytes(Cover cover, long start, MemorySegment bytes) {
    long end = start + bytes.byteSize();
    PageRuns ranges = cover.hiddenBytes;
    for (int i = Math.max(0, ranges.floor(start));
        i < ranges.size() && ranges.first(i) < end;
        i++) {
      long from = Math.max(ranges.first(i), start);
      long to = Math.min(ranges.end(i), end);
      if (from < to) {
        bytes.asSlice(from - start, to - from).fill((byte) 0);
      }
    }
  }
}

package org.ckimg.reader;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ckimg.reader.internal.pages.Block;
import org.ckimg.reader.internal.pages.BlockIndex;
import org.ckimg.reader.internal.pages.BlockLoader;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.PageRuns;

/**
 * How the pages of one object are kept, without reading a page: the tables of one block at a time.
 * Safe for several threads.
 */
public final class ObjectPages {
  private final int object;
  private final BlockIndex index;
  private final BlockLoader loader;

  ObjectPages(int object, BlockIndex index, BlockLoader loader) {
    this.object = object;
    this.index = index;
    this.loader = loader;
  }

  /** Page counts of the whole object, from the directory. */
  public PageTotals totals() {
    return index.totals(object);
  }

  /** All pages that the object has, 16 bytes a run. */
  public PageRuns runs() throws IOException {
    PageRuns.Builder runs = new PageRuns.Builder();
    for (SectionInfo section : index.blocks(object)) {
      Block block = loader.load(section);
      for (int i = 0; i < block.extents().size(); i++) {
        runs.add(block.extents().page(i), block.extents().count(i));
      }
    }
    return runs.build();
  }

  /**
   * Page counts of a range. Of blocks that lie wholly inside the directory tells them.
   *
   * @param firstPage page index in the object
   * @param numPages pages of the range, whether the object has them or not
   */
  public PageTotals totals(long firstPage, long numPages) throws IOException {
    long end = firstPage + numPages;
    List<SectionInfo> blocks = index.blocks(object);
    PageTotals sum = PageTotals.NONE;
    for (int i = Math.max(0, index.floor(object, firstPage)); i < blocks.size(); i++) {
      SectionInfo block = blocks.get(i);
      if (block.firstPage() >= end) {
        break;
      }
      boolean inside =
          block.firstPage() >= firstPage
              && i + 1 < blocks.size()
              && blocks.get(i + 1).firstPage() <= end;
      sum = sum.plus(inside ? block.pages() : totals(block, firstPage, end));
    }
    return sum;
  }

  private PageTotals totals(SectionInfo block, long firstPage, long end) throws IOException {
    long[] counts = new long[PageState.values().length];
    for (PageRun run : runs(loader.load(block))) {
      long from = Math.max(firstPage, run.firstPage());
      long to = Math.min(end, run.firstPage() + run.numPages());
      counts[run.state().ordinal()] += Math.max(0, to - from);
    }
    return new PageTotals(
        counts[PageState.STORED.ordinal()],
        counts[PageState.ZERO.ordinal()],
        counts[PageState.REPEATED.ordinal()],
        counts[PageState.INHERITED.ordinal()]);
  }

  /** Shows the runs of a range in ascending order; runs end at the end of a block. */
  public void forEach(long firstPage, long numPages, Consumer<PageRun> action) throws IOException {
    long end = firstPage + numPages;
    List<SectionInfo> blocks = index.blocks(object);
    for (int i = Math.max(0, index.floor(object, firstPage)); i < blocks.size(); i++) {
      if (blocks.get(i).firstPage() >= end) {
        return;
      }
      for (PageRun run : runs(loader.load(blocks.get(i)))) {
        long from = Math.max(firstPage, run.firstPage());
        long to = Math.min(end, run.firstPage() + run.numPages());
        if (from < to) {
          action.accept(new PageRun(from, to - from, run.state()));
        }
      }
    }
  }

  /** At most 4096 runs. */
  private static List<PageRun> runs(Block block) {
    List<PageRun> runs = new ArrayList<>();
    int used = 0;
    for (int extent = 0; extent < block.extents().size(); extent++) {
      long first = block.extents().page(extent);
      for (int i = 0; i < block.extents().count(extent); i++) {
        int slot = block.slots().slot(block.extents().firstSlot(extent) + i);
        PageState state = state(slot, used);
        used += state == PageState.STORED ? 1 : 0;
        add(runs, first + i, state);
      }
    }
    return runs;
  }

  private static void add(List<PageRun> runs, long page, PageState state) {
    if (!runs.isEmpty()) {
      PageRun last = runs.getLast();
      if (last.state() == state && last.firstPage() + last.numPages() == page) {
        runs.set(runs.size() - 1, new PageRun(last.firstPage(), last.numPages() + 1, state));
        return;
      }
    }
    runs.add(new PageRun(page, 1, state));
  }

  private static PageState state(int slot, int used) {
    return switch (slot) {
      case Format.SLOT_ZERO -> PageState.ZERO;
      case Format.SLOT_INHERITED -> PageState.INHERITED;
      default -> slot == used ? PageState.STORED : PageState.REPEATED;
    };
  }

  /**
   * Pages of a range that can be mapped from the file, in ascending order; runs are as long as they
   * go within a block. Pages that are zero, coded, inherited or absent are not among them.
   *
   * @param firstPage page index in the object
   * @param numPages pages of the range
   */
  public List<RawRun> raw(long firstPage, long numPages) throws IOException {
    List<RawRun> runs = new ArrayList<>();
    List<SectionInfo> blocks = index.blocks(object);
    for (int i = Math.max(0, index.floor(object, firstPage)); i < blocks.size(); i++) {
      if (blocks.get(i).firstPage() >= firstPage + numPages) {
        break;
      }
      addRaw(loader.load(blocks.get(i)), firstPage, firstPage + numPages, runs);
    }
    return runs;
  }

  private static void addRaw(Block block, long from, long to, List<RawRun> runs) {
    int size = runs.size();
    for (int extent = 0; extent < block.extents().size(); extent++) {
      long first = block.extents().page(extent);
      long end = Math.min(to, first + block.extents().count(extent));
      for (long page = Math.max(from, first); page < end; page++) {
        int slotIndex = block.extents().firstSlot(extent) + (int) (page - first);
        long offset = block.rawOffset(slotIndex);
        if (offset < 0) {
          continue;
        }
        if (runs.size() > size && runs.getLast().endsAt(page, offset, block.pageSize())) {
          runs.set(runs.size() - 1, runs.getLast().longer());
        } else {
          runs.add(new RawRun(page, 1, offset));
        }
      }
    }
  }

  /**
   * First half of the SHA-256 of a stored or repeated page, 16 bytes; empty for zero, inherited and
   * absent pages.
   */
  public Optional<Bytes> digest(long page) throws IOException {
    int at = index.floor(object, page);
    if (at < 0) {
      return Optional.empty();
    }
    Block block = loader.load(index.blocks(object).get(at));
    int slotIndex = block.slotIndex(page);
    if (slotIndex < 0 || block.slots().slot(slotIndex) >= Format.SLOT_INHERITED) {
      return Optional.empty();
    }
    return Optional.of(block.digests().digest(block.slots().slot(slotIndex)));
  }
}

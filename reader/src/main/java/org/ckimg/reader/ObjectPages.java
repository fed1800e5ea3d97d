package org.ckimg.reader;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ckimg.reader.internal.pages.Block;
import org.ckimg.reader.internal.pages.BlockIndex;
import org.ckimg.reader.internal.pages.BlockLoader;
import org.ckimg.reader.internal.pages.ExtentTable;
import org.ckimg.reader.internal.pages.SlotTable;
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
    loader.forEach(index.blocks(object), block -> addRuns(block.extents(), runs));
    return runs.build();
  }

  private static void addRuns(ExtentTable extents, PageRuns.Builder runs) {
    for (int i = 0; i < extents.size(); i++) {
      runs.add(extents.page(i), extents.count(i));
    }
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
    forEach(
        loader.load(block), firstPage, end, run -> counts[run.state().ordinal()] += run.numPages());
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
      forEach(loader.load(blocks.get(i)), firstPage, end, action);
    }
  }

  /** Looks only at the extents of the range; no two of them touch. */
  private static void forEach(Block block, long firstPage, long end, Consumer<PageRun> action) {
    ExtentTable extents = block.extents();
    for (int extent = Math.max(0, extents.floor(firstPage));
        extent < extents.size() && extents.page(extent) < end;
        extent++) {
      long first = extents.page(extent);
      long to = Math.min(end, first + extents.count(extent));
      int slot = extents.firstSlot(extent);
      for (long page = Math.max(firstPage, first); page < to; ) {
        long from = page;
        PageState state = state(block.slots(), slot + (int) (page - first));
        do {
          page++;
        } while (page < to && state(block.slots(), slot + (int) (page - first)) == state);
        action.accept(new PageRun(from, page - from, state));
      }
    }
  }

  private static PageState state(SlotTable slots, int i) {
    return switch (slots.slot(i)) {
      case Format.SLOT_ZERO -> PageState.ZERO;
      case Format.SLOT_INHERITED -> PageState.INHERITED;
      default -> slots.isFirst(i) ? PageState.STORED : PageState.REPEATED;
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

package org.ckimg.reader.internal.pages;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;

/**
 * Tells zero pages and digests from the tables of the blocks; of inherited pages the parent tells.
 * Safe for several threads.
 */
public final class PageLookup implements KnownPages {
  private final BlockIndex index;
  private final BlockLoader loader;
  private final Optional<Base> base;

  /**
   * Looks pages up.
   *
   * @param base of inherited pages, of which nothing is known without it
   */
  public PageLookup(BlockIndex index, BlockLoader loader, Optional<Base> base) {
    this.index = index;
    this.loader = loader;
    this.base = base;
  }

  @Override
  public void look(int object, PageRuns pages, PageMarks marks) throws IOException {
    marks.clear((int) pages.numPages());
    Inherited inherited = new Inherited((int) pages.numPages());
    Optional<Block> block = Optional.empty();
    int at = 0;
    for (int run = 0; run < pages.size(); run++) {
      for (long page = pages.first(run); page < pages.end(run); page++) {
        if (block.isEmpty() || page > block.get().head().lastPage()) {
          block = block(object, page);
        }
        if (block.isPresent()) {
          mark(block.get(), page, at, marks, inherited);
        }
        at++;
      }
    }
    if (base.isPresent() && inherited.size > 0) {
      inherited.look(base.get(), object, marks);
    }
  }

  private Optional<Block> block(int object, long page) throws IOException {
    int at = index.floor(object, page);
    return at < 0 ? Optional.empty() : Optional.of(loader.load(index.blocks(object).get(at)));
  }

  private static void mark(Block block, long page, int at, PageMarks marks, Inherited inherited) {
    int slotIndex = block.slotIndex(page);
    if (slotIndex < 0) {
      return;
    }
    int slot = block.slots().slot(slotIndex);
    switch (slot) {
      case Format.SLOT_ZERO -> marks.setZero(at);
      case Format.SLOT_INHERITED -> inherited.add(page, at);
      default -> block.digests().mark(slot, marks, at);
    }
  }

  /** Pages of which the parent knows. */
  private static final class Inherited {
    private final PageRuns.Builder pages = new PageRuns.Builder();
    private final int[] places;
    private int size;

    Inherited(int capacity) {
      places = new int[capacity];
    }

    void add(long page, int place) {
      pages.add(page, 1);
      places[size++] = place;
    }

    void look(Base base, int object, PageMarks marks) throws IOException {
      PageMarks found = new PageMarks();
      base.look(object, pages.build(), found);
      for (int i = 0; i < size; i++) {
        marks.set(places[i], found, i);
      }
    }
  }
}

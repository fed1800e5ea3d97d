package org.ckimg.restorer.apply;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;

/**
 * Copies the pages of an object into the process. The reader proves each frame before it gives a
 * byte of it out.
 */
final class PageFiller {
  private static final int PAGE_SHIFT = 12;

  private final Construction construction;
  private final SharedObjects shared;
  private final Memory memory;

  PageFiller(Construction construction, SharedObjects shared) {
    this.construction = construction;
    this.shared = shared;
    this.memory = construction.checkpoint().memory();
  }

  /**
   * Writes the pages of an object.
   *
   * @param done pages that are in their place already
   */
  void fill(int object, PageRuns done) throws IOException {
    MemoryObject.Kind kind = construction.checkpoint().object(object).kind();
    try (ReadAhead pages = new ReadAhead(memory, this::write)) {
      switch (kind) {
        case PRIVATE, PRIVATE_IN_STOP -> fillPrivate(object, done, pages);
        case SHARED, SYSV -> {
          long base = shared.place(object);
          if (construction.site().madeSegments().isLeft(object)) {
            fillLeft(object);
          } else {
            new Copy(object, memory.pages(object), base, true).run(0, Long.MAX_VALUE, pages);
          }
        }
        case MEMFD, QUEUE, FILE ->
            throw new IOException("object " + object + " of kind " + kind + " has no mapping");
      }
      pages.drain();
    }
  }

  /** It need not be zero where the image has nothing. */
  private void fillLeft(int object) throws IOException {
    construction.site().madeSegments().fillLeft(object, construction.site());
    construction.watcher().written(memory.pages(object).numPages() << PAGE_SHIFT);
  }

  /** Page index is the page of the address; only what the mappings show is written. */
  private void fillPrivate(int object, PageRuns done, ReadAhead pages) throws IOException {
    PageRuns runs = memory.pages(object).without(done);
    Copy anonymous = new Copy(object, runs, 0, true);
    Copy ofFile = new Copy(object, runs, 0, false);
    for (Vma vma : construction.image().vmas()) {
      if (vma.object().isPresent() && vma.object().getAsInt() == object) {
        Copy copy = vma.file().isEmpty() ? anonymous : ofFile;
        copy.run(vma.firstPage(), vma.endPage(), pages);
      }
    }
  }

  /** Copies pages of an object to {@code base} + page × size. */
  private static final class Copy {
    private final int object;
    private final PageRuns runs;
    private final long[] before;
    private final long base;
    private final boolean startsZero;

    Copy(int object, PageRuns runs, long base, boolean startsZero) {
      this.object = object;
      this.runs = runs;
      this.before = runs.before();
      this.base = base;
      this.startsZero = startsZero;
    }

    /** Copies the pages from {@code from} to before {@code to}. */
    void run(long from, long to, ReadAhead pages) throws IOException {
      for (int run = Math.max(0, runs.floor(from)); run < runs.size(); run++) {
        if (runs.first(run) >= to) {
          return;
        }
        long page = Math.max(runs.first(run), from);
        long end = Math.min(runs.end(run), to);
        while (page < end) {
          int count = (int) Math.min(end - page, room(run, page));
          pages.add(object, page, count, base + (page << PAGE_SHIFT), startsZero);
          page += count;
        }
      }
    }

    /**
     * Frames are counted from the object's first page: a piece that ends with one needs no part of
     * the next, which would be proven twice.
     */
    private int room(int run, long page) {
      long place = before[run] + page - runs.first(run);
      return ReadAhead.MAX_PAGES - (int) (place % ReadAhead.MAX_PAGES);
    }
  }

  private void write(ReadAhead.Piece piece) throws IOException {
    write(piece.address(), piece.bytes(), piece.startsZero());
    construction.watcher().written(piece.bytes().byteSize());
  }

  /** Fresh anonymous memory is zero already; leaving it alone keeps it free of pages. */
  private void write(long address, MemorySegment bytes, boolean startsZero) throws IOException {
    if (!startsZero) {
      construction.remote().write(address, bytes);
      return;
    }
    SparseBytes.forEach(
        bytes, (offset, part) -> construction.remote().write(address + offset, part));
  }
}

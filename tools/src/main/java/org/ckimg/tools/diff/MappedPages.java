package org.ckimg.tools.diff;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;

/** The pages of one image under a mapping, by address. */
final class MappedPages {
  private final Pages pages;
  private final Vma vma;
  private final PageRuns runs;
  private final long offset;
  private long reach;

  MappedPages(Pages pages, Vma vma) throws IOException {
    this.pages = pages;
    this.vma = vma;
    this.runs = pages.of(vma);
    this.offset = vma.objectPage() - vma.firstPage();
  }

  /** True when the image has the page; {@link #reach} is where the answer changes. */
  boolean has(long page) {
    int run = runs.floor(page + offset);
    boolean present = run >= 0 && page + offset < runs.end(run);
    reach =
        present
            ? runs.end(run) - offset
            : run + 1 < runs.size() ? runs.first(run + 1) - offset : Long.MAX_VALUE;
    return present;
  }

  PageMarks look(long page, int numPages) throws IOException {
    return pages.look(vma.object().orElseThrow(), page + offset, numPages);
  }

  void read(long page, int numPages, MemorySegment into) throws IOException {
    pages.read(vma.object().orElseThrow(), page + offset, numPages, into);
  }

  /** The mapping. */
  Vma vma() {
    return vma;
  }

  /** Where the answer of {@link #has} changes: first page of the address space behind. */
  long reach() {
    return reach;
  }

  /** True when the image has no page of the object at all. */
  boolean isEmpty() {
    return runs.numPages() == 0;
  }
}

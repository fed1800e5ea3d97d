package org.ckimg.interop.criu;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ckimg.spec.model.PageRuns;

/** The pages of one object. */
interface PageStore {
  /** No page. */
  PageStore EMPTY = PageTable.EMPTY;

  /** The pages that are there. */
  PageRuns pages();

  /** Those of them that a parent has. */
  PageRuns inherited();

  /** Copies pages, all of which are there. */
  void read(long firstPage, int numPages, MemorySegment into) throws IOException;
}

package org.ckimg.tools;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/**
 * Reads every page of an image that has no checksums: what can be proven of it is that it is all
 * there.
 */
final class ForeignCheck {
  private static final int CHUNK_PAGES = 256;

  private ForeignCheck() {}

  /**
   * Reads; returns the number of pages.
   *
   * @throws org.ckimg.spec.ImageException when a page is not there
   */
  static long read(Checkpoint checkpoint) throws IOException {
    long pages = 0;
    int pageSize = checkpoint.host().pageSize();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate((long) CHUNK_PAGES * pageSize, pageSize);
      for (MemoryObject object : checkpoint.objects()) {
        pages += read(checkpoint, object, into);
      }
    }
    return pages;
  }

  private static long read(Checkpoint checkpoint, MemoryObject object, MemorySegment into)
      throws IOException {
    PageRuns runs = checkpoint.memory().pages(object.id());
    for (int run = 0; run < runs.size(); run++) {
      for (long page = runs.first(run); page < runs.end(run); page += CHUNK_PAGES) {
        int count = (int) Math.min(CHUNK_PAGES, runs.end(run) - page);
        checkpoint.memory().read(object.id(), page, count, into);
      }
    }
    return runs.numPages();
  }
}

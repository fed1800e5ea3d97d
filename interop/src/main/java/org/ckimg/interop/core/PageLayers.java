package org.ckimg.interop.core;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;

/**
 * Pages of a mapping, from objects that lie over each other: a private page of a deleted file hides
 * the page of the file.
 *
 * @param layers lowest first
 */
record PageLayers(Memory memory, List<Layer> layers) {
  /**
   * An object under a mapping.
   *
   * @param object id
   * @param offset page of the object minus page of the mapping
   */
  record Layer(int object, long offset) {}

  PageLayers {
    layers = List.copyOf(layers);
  }

  /** Number of the first page behind the last one that is there, {@code first} for none. */
  long end(long first, long end) throws IOException {
    long last = first;
    for (Layer layer : layers) {
      PageRuns runs = memory.pages(layer.object);
      int run = runs.floor(end - 1 + layer.offset);
      if (run >= 0) {
        last = Math.max(last, Math.min(end, runs.end(run) - layer.offset));
      }
    }
    return last;
  }

  /**
   * Fills a buffer with pages; those that are not there are left as they are.
   *
   * @return false when none of them is there
   */
  boolean read(long first, int numPages, int pageShift, MemorySegment into) throws IOException {
    boolean any = false;
    for (Layer layer : layers) {
      PageRuns runs = memory.pages(layer.object);
      long page = first + layer.offset;
      long end = page + numPages;
      for (int run = Math.max(0, runs.floor(page)); run < runs.size(); run++) {
        long from = Math.max(page, runs.first(run));
        long to = Math.min(end, runs.end(run));
        if (runs.first(run) >= end) {
          break;
        }
        if (from < to) {
          memory.read(
              layer.object, from, (int) (to - from), into.asSlice(from - page << pageShift));
          any = true;
        }
      }
    }
    return any;
  }
}

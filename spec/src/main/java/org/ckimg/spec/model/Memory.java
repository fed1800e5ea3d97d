package org.ckimg.spec.model;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The pages of a checkpoint's objects. Implementations say whether they may be used by several
 * threads.
 */
public interface Memory {
  /** No object, no page. */
  Memory NONE =
      new Memory() {
        @Override
        public PageRuns pages(int object) {
          return PageRuns.EMPTY;
        }

        @Override
        public void read(int object, long firstPage, int numPages, MemorySegment into) {
          throw new IllegalArgumentException("no object " + object);
        }
      };

  /** The pages that this object has, ascending; a page that it has not reads as absent. */
  PageRuns pages(int object) throws IOException;

  /**
   * Pages of {@link #pages} that are known to be as in the object's base, without being read: its
   * parent has them, and nobody wrote to them since.
   */
  default PageRuns unchanged(int object) throws IOException {
    return PageRuns.EMPTY;
  }

  /** What is known of the objects of the parent, by their ids there. */
  default KnownPages base() {
    return KnownPages.NONE;
  }

  /**
   * Copies whole pages.
   *
   * @param object object id
   * @param firstPage page index in the object; all pages must be in {@link #pages}
   * @param numPages at least 1
   * @param into at least numPages × page size bytes
   */
  void read(int object, long firstPage, int numPages, MemorySegment into) throws IOException;

  /**
   * Copies whole pages to look for something in them, as {@link #read} does, but where that is
   * cheaper they are proven by checksum alone. What is found is believed, or shown, only after it
   * was read.
   */
  default void scan(int object, long firstPage, int numPages, MemorySegment into)
      throws IOException {
    read(object, firstPage, numPages, into);
  }
}

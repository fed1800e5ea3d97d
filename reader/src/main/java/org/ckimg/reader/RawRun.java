package org.ckimg.reader;

/**
 * Consecutive pages of an object that lie in the image file one behind the other, as they are.
 *
 * @param firstPage page index in the object
 * @param numPages at least 1
 * @param offset bytes from the image's start to the first page; a multiple of the page size
 */
public record RawRun(long firstPage, long numPages, long offset) {
  /** True when a page comes next, in the object and in the file. */
  boolean endsAt(long page, long pageOffset, int pageSize) {
    return page == firstPage + numPages && pageOffset == offset + numPages * pageSize;
  }

  /** With one more page. */
  RawRun longer() {
    return new RawRun(firstPage, numPages + 1, offset);
  }
}

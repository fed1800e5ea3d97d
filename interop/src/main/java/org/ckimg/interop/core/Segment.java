package org.ckimg.interop.core;

/**
 * Memory that a core describes.
 *
 * @param firstPage first page
 * @param numPages pages, at least 1
 * @param protection 1 read, 2 write, 4 execute
 * @param offset of the bytes in the file
 * @param fileBytes bytes that are in the file; what is behind them in their last page is zero
 * @param storedPages pages that are in the file
 */
public record Segment(
    long firstPage, long numPages, int protection, long offset, long fileBytes, long storedPages) {
  /** First page behind it. */
  public long endPage() {
    return firstPage + numPages;
  }

  /** Without bytes. */
  static Segment bare(long firstPage, long numPages, int protection) {
    return new Segment(firstPage, numPages, protection, 0, 0, 0);
  }
}

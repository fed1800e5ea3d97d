package org.ckimg.reader;

/**
 * How many pages there are, by how they are kept. Every page is in one of the four counts.
 *
 * @param stored pages with bytes of their own
 * @param zero pages that are all zero
 * @param repeated pages that name a stored page of the same block
 * @param inherited pages that are as in the parent image
 */
public record PageTotals(long stored, long zero, long repeated, long inherited) {
  /** No page. */
  public static final PageTotals NONE = new PageTotals(0, 0, 0, 0);

  /** All pages. */
  public long pages() {
    return stored + zero + repeated + inherited;
  }

  /** Both together. */
  public PageTotals plus(PageTotals more) {
    return new PageTotals(
        stored + more.stored,
        zero + more.zero,
        repeated + more.repeated,
        inherited + more.inherited);
  }
}

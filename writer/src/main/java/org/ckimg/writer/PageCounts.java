package org.ckimg.writer;

/**
 * What became of pages; total = stored + zero + repeated + inherited.
 *
 * @param total pages that were read
 * @param stored pages whose bytes are in the image
 * @param zero pages of zero bytes only
 * @param repeated pages that equal a stored one of their block
 * @param inherited pages that are as in the parent
 */
public record PageCounts(long total, long stored, long zero, long repeated, long inherited) {
  static final PageCounts NONE = new PageCounts(0, 0, 0, 0, 0);

  PageCounts plus(PageCounts other) {
    return new PageCounts(
        total + other.total,
        stored + other.stored,
        zero + other.zero,
        repeated + other.repeated,
        inherited + other.inherited);
  }
}

package org.ckimg.tools.diff;

import java.util.List;

/**
 * Consecutive rows of 16 bytes that differ, of one page.
 *
 * @param address of the first byte, a multiple of 16
 * @param a bytes of the first image
 * @param b as many of the second
 * @param texts strings with bytes that differ
 */
public record ByteBlock(long address, byte[] a, byte[] b, List<TextDiff> texts) {
  /** Bytes in a row. */
  public static final int ROW = 16;

  /** Copies the list. */
  public ByteBlock {
    texts = List.copyOf(texts);
  }

  /**
   * A string that is not what it was; as far as it lies on the page.
   *
   * @param address of its first byte in either image
   * @param a in the first image, empty when there is no text
   * @param b in the second
   */
  public record TextDiff(long address, String a, String b) {}
}

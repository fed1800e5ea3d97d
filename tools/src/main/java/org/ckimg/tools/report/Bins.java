package org.ckimg.tools.report;

/**
 * A mapping in equal pieces, each layer with a byte for each of them. Pieces start where the pages
 * of its object can be divided by their size, so the first and the last may be shorter.
 *
 * @param mapping index of the mapping in its process
 * @param pages pages of a piece, a power of two
 * @param stored share of the pages that the image has with their bytes; 0 none, 255 all
 * @param zero share that the image has as zeroes
 * @param inherited share that is in a parent image
 * @param entropy of the pages that are not zero: 0 where there are none, else 1 to 255 for 0 to 8
 *     bits a byte
 * @param changed share that differs from the other image of a comparison
 */
public record Bins(
    int mapping,
    long pages,
    byte[] stored,
    byte[] zero,
    byte[] inherited,
    byte[] entropy,
    byte[] changed) {
  /** What {@code part} of {@code whole} is as a byte; only none is 0. */
  static byte share(long part, long whole) {
    return (byte) (part == 0 ? 0 : 1 + Math.min(254, part * 254 / whole));
  }
}

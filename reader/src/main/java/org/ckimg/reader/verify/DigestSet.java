package org.ckimg.reader.verify;

import java.util.Arrays;
import org.ckimg.spec.model.Digest;

/** The digests of the stored pages of one block, to find equal ones; used again and again. */
final class DigestSet {
  /** Twice the pages of a block. */
  private static final int PLACES = 1 << 13;

  private final int[] ordinals = new int[PLACES];
  private final byte[] digests = new byte[PLACES / 2 * Digest.LENGTH];

  /** Forgets everything. */
  void clear() {
    Arrays.fill(ordinals, -1);
  }

  /**
   * Adds the digest of a page.
   *
   * @param ordinal of the page in its block, less than 4096
   * @param from holds the digest at {@code at}
   * @return ordinal of the page that has it already, else -1
   */
  int add(int ordinal, byte[] from, int at) {
    int place = (from[at] & 0xff | from[at + 1] << 8) & PLACES - 1;
    while (ordinals[place] >= 0) {
      int own = ordinals[place] * Digest.LENGTH;
      if (Arrays.equals(digests, own, own + Digest.LENGTH, from, at, at + Digest.LENGTH)) {
        return ordinals[place];
      }
      place = place + 1 & PLACES - 1;
    }
    ordinals[place] = ordinal;
    System.arraycopy(from, at, digests, ordinal * Digest.LENGTH, Digest.LENGTH);
    return -1;
  }
}

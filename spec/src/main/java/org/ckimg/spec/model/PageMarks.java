package org.ckimg.spec.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ckimg.spec.Format;

/**
 * What is known of some pages in turn: nothing, that they are zero, or the first half of their
 * SHA-256, 16 bytes. Meant to be used again; for one thread.
 */
public final class PageMarks {
  private static final byte ABSENT = 0;
  private static final byte ZERO = 1;
  private static final byte DIGEST = 2;

  private byte[] kinds = new byte[0];
  private byte[] digests = new byte[0];

  /** No page. */
  public PageMarks() {}

  /** Forgets everything and makes room for marks of {@code numPages} pages, all absent. */
  public void clear(int numPages) {
    if (kinds.length < numPages) {
      kinds = new byte[numPages];
      digests = new byte[numPages * Format.PAGE_DIGEST_BYTES];
    }
    Arrays.fill(kinds, ABSENT);
  }

  /** Notes that a page is all zero. */
  public void setZero(int index) {
    kinds[index] = ZERO;
  }

  /** Notes a digest: 16 bytes of {@code from}, which start at {@code offset}. */
  public void setDigest(int index, ByteBuffer from, int offset) {
    kinds[index] = DIGEST;
    int at = index * Format.PAGE_DIGEST_BYTES;
    from.get(offset, digests, at, Format.PAGE_DIGEST_BYTES);
  }

  /** Notes what {@code other} knows of one of its pages. */
  public void set(int index, PageMarks other, int otherIndex) {
    kinds[index] = other.kinds[otherIndex];
    int from = otherIndex * Format.PAGE_DIGEST_BYTES;
    int to = index * Format.PAGE_DIGEST_BYTES;
    System.arraycopy(other.digests, from, digests, to, Format.PAGE_DIGEST_BYTES);
  }

  /** True when nothing is known of the page. */
  public boolean isAbsent(int index) {
    return kinds[index] == ABSENT;
  }

  /** True when the page is all zero. */
  public boolean isZero(int index) {
    return kinds[index] == ZERO;
  }

  /** True when of both pages something is known, and the same. */
  public boolean isSame(int index, PageMarks other, int otherIndex) {
    int at = index * Format.PAGE_DIGEST_BYTES;
    int otherAt = otherIndex * Format.PAGE_DIGEST_BYTES;
    return kinds[index] == other.kinds[otherIndex]
        && kinds[index] != ABSENT
        && (kinds[index] == ZERO
            || Arrays.equals(
                digests,
                at,
                at + Format.PAGE_DIGEST_BYTES,
                other.digests,
                otherAt,
                otherAt + Format.PAGE_DIGEST_BYTES));
  }

  /** True when a digest is known and is the first half of {@code full}. */
  public boolean hasDigest(int index, byte[] full) {
    int at = index * Format.PAGE_DIGEST_BYTES;
    int end = at + Format.PAGE_DIGEST_BYTES;
    return kinds[index] == DIGEST
        && Arrays.equals(digests, at, end, full, 0, Format.PAGE_DIGEST_BYTES);
  }
}

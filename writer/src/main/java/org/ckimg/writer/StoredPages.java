package org.ckimg.writer;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.ckimg.spec.model.Digest;

/** The different pages of one block so far: their digests, and a hash table to find one again. */
final class StoredPages {
  private static final int TABLE = 1 << 13;

  private final int pageSize;
  private final byte[] digests;
  private final short[] table = new short[TABLE];
  private int size;

  /** For at most {@code maxPages} pages, which is at most 4096. */
  StoredPages(int maxPages, int pageSize) {
    this.pageSize = pageSize;
    this.digests = new byte[maxPages * Digest.LENGTH];
  }

  void clear() {
    Arrays.fill(table, (short) 0);
    size = 0;
  }

  int size() {
    return size;
  }

  /** Digests of 32 bytes, back to back. */
  byte[] digests() {
    return digests;
  }

  /**
   * The ordinal of {@code page}, which is {@link #size} from before when no page was equal; then
   * the caller stores it there. Digests only lead to a page: the bytes decide.
   *
   * @param page the page
   * @param digest its SHA-256
   * @param stored the pages added so far, back to back
   */
  int add(MemorySegment page, byte[] digest, MemorySegment stored) {
    int place = (digest[0] & 0xff | digest[1] << 8) & TABLE - 1;
    while (table[place] != 0) {
      int ordinal = table[place] - 1;
      if (isSame(ordinal, page, digest, stored)) {
        return ordinal;
      }
      place = place + 1 & TABLE - 1;
    }
    System.arraycopy(digest, 0, digests, size * Digest.LENGTH, Digest.LENGTH);
    table[place] = (short) (size + 1);
    return size++;
  }

  private boolean isSame(int ordinal, MemorySegment page, byte[] digest, MemorySegment stored) {
    int at = ordinal * Digest.LENGTH;
    if (!Arrays.equals(digests, at, at + Digest.LENGTH, digest, 0, Digest.LENGTH)) {
      return false;
    }
    long from = (long) ordinal * pageSize;
    return MemorySegment.mismatch(stored, from, from + pageSize, page, 0, pageSize) < 0;
  }
}

package org.ckimg.interop.criu;

import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.UnsupportedImageException;

/**
 * The fields of one pagemap entry after the other. Decoded here and not by generated code: there
 * are hundreds of thousands of them, and one with an unknown field must be refused.
 */
final class PagemapFields {
  private static final int ADDRESS = 1;
  private static final int OLD_NUM_PAGES = 2;
  private static final int OLD_IN_PARENT = 3;
  private static final int FLAGS = 4;
  private static final int NUM_PAGES = 5;
  private static final int VARINT_BITS = 70;
  private static final int IN_PARENT = 1;
  private static final int PRESENT = 4;

  private final long[] values = new long[NUM_PAGES + 1];
  private int seen;
  private EntryReader entry;
  private int at;
  private int end;

  /** Reads the entry that the reader is at. */
  void read(EntryReader reader) throws MalformedImageException, UnsupportedImageException {
    entry = reader;
    at = reader.start();
    end = at + reader.length();
    seen = 0;
    while (at < end) {
      long key = varint();
      int field = (int) (key >>> 3);
      if (key < ADDRESS << 3 || key > NUM_PAGES << 3 || (key & 7) != 0) {
        throw new UnsupportedImageException(
            new Finding(
                CriuRule.PAGEMAP_KNOWN,
                reader.source().name(),
                reader.offset(),
                "field %d is not known here".formatted(key >>> 3)));
      }
      values[field] = varint();
      seen |= 1 << field;
    }
    reader.entry(this).require(has(ADDRESS), "address");
    reader.entry(this).require(has(NUM_PAGES) || has(OLD_NUM_PAGES), "number of pages");
  }

  private long varint() throws MalformedImageException {
    byte[] array = entry.array();
    long value = 0;
    for (int shift = 0; shift < VARINT_BITS; shift += 7) {
      if (at == end) {
        break;
      }
      byte next = array[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw entry.entry(this).malformed(CriuRule.MESSAGE, "a number has no end");
  }

  private boolean has(int field) {
    return (seen & 1 << field) != 0;
  }

  /** Virtual address, or offset in an object. */
  long address() {
    return values[ADDRESS];
  }

  /** Pages; a set from before there were so many of them has the number elsewhere. */
  long numPages() {
    return has(NUM_PAGES) ? values[NUM_PAGES] : values[OLD_NUM_PAGES] & 0xffffffffL;
  }

  /** Flags; a set from before there were any says only which pages the parent has. */
  int flags() {
    if (has(FLAGS)) {
      return (int) Math.min(values[FLAGS] & Long.MAX_VALUE, Integer.MAX_VALUE);
    }
    return has(OLD_IN_PARENT) && values[OLD_IN_PARENT] != 0 ? IN_PARENT : PRESENT;
  }
}

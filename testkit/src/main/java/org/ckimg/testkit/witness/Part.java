package org.ckimg.testkit.witness;

import java.util.Arrays;
import org.ckimg.testkit.Hashes;
import org.ckimg.testkit.Numbers;

/**
 * A section: section 4 of FORMAT.md.
 *
 * @param start of its head, from the image's start
 * @param end behind its padding
 * @param type section type
 * @param flags of the head
 * @param number place among the sections
 * @param item part number or object id
 * @param meta all of it
 * @param data all of it, empty unless PAGES
 * @param leaf digest of head, meta and padding
 */
record Part(
    int start,
    int end,
    int type,
    int flags,
    int number,
    long item,
    byte[] meta,
    byte[] data,
    byte[] leaf) {
  static final int PAGES = 0x40;
  private static final int HEAD = 64;
  private static final int MAGIC = 0x8f534b43;
  private static final int MAX = 1 << 24;
  private static final int MAX_NUMBER = 1 << 17;

  static Part at(byte[] image, long at, int limit, int pageSize) throws Refusal {
    Refusal.unless(at % 64 == 0 && at >= 128 && at <= limit - HEAD, "no section at " + at);
    int start = (int) at;
    Refusal.unless((int) Numbers.get(image, start, 4) == MAGIC, "no magic at " + at);
    checksum(image, start, start + 60, start + 60);
    int type = (int) Refusal.range("type", Numbers.get(image, start + 4, 2), 1, 0xffff);
    int flags = (int) Refusal.range("flags", Numbers.get(image, start + 6, 2), 0, 7);
    int number = (int) Refusal.range("number", Numbers.get(image, start + 8, 4), 0, MAX_NUMBER);
    Refusal.unless(Numbers.get(image, start + 16, 8) == at, "self_offset");
    int meta = (int) Refusal.range("len_meta", Numbers.get(image, start + 24, 4), 0, MAX);
    int data =
        (int)
            Refusal.range(
                "len_data", Numbers.get(image, start + 28, 4), 0, type == PAGES ? MAX : 0);
    zero(image, start + 40, start + 60);
    long metaEnd = at + HEAD + meta;
    long dataStart = data == 0 ? align(metaEnd, 64) : align(metaEnd, pageSize);
    long end = data == 0 ? dataStart : align(dataStart + data, 64);
    long offset = Numbers.get(image, start + 32, 4);
    Refusal.unless(offset == (data == 0 ? 0 : dataStart - at), "ofs_data is " + offset);
    Refusal.unless(end <= limit, "the section ends at " + end);
    checksum(image, start + HEAD, (int) dataStart, start + 36);
    zero(image, (int) metaEnd, (int) dataStart);
    zero(image, (int) dataStart + data, (int) end);
    byte[] leaf =
        Hashes.sha256(
            Hashes.tag("section"),
            Arrays.copyOfRange(image, start, (int) dataStart),
            Arrays.copyOfRange(image, (int) dataStart + data, (int) end));
    return new Part(
        start,
        (int) end,
        type,
        flags,
        number,
        Numbers.get(image, start + 12, 4),
        Arrays.copyOfRange(image, start + HEAD, (int) metaEnd),
        Arrays.copyOfRange(image, (int) dataStart, (int) dataStart + data),
        leaf);
  }

  /** The directory entry that this section must have, section 10. */
  byte[] entry() {
    byte[] entry = new byte[80];
    put(entry, 0, 2, type);
    put(entry, 2, 2, flags);
    put(entry, 4, 4, item);
    put(entry, 8, 8, start);
    put(entry, 16, 4, meta.length);
    put(entry, 20, 4, data.length);
    if (type == PAGES && meta.length >= HEAD) {
      put(entry, 24, 8, Numbers.get(meta, 8, 8));
      put(entry, 32, 4, Numbers.get(meta, 4, 4));
      put(entry, 36, 4, Numbers.get(meta, 28, 4));
      put(entry, 40, 4, Numbers.get(meta, 36, 4));
      put(entry, 44, 4, Numbers.get(meta, 40, 4));
    }
    System.arraycopy(leaf, 0, entry, 48, leaf.length);
    return entry;
  }

  private static void put(byte[] bytes, int at, int size, long value) {
    System.arraycopy(Numbers.of(size, value), 0, bytes, at, size);
  }

  static void checksum(byte[] image, int from, int to, int at) throws Refusal {
    int crc = Hashes.crc32c(image, from, to);
    Refusal.unless((int) Numbers.get(image, at, 4) == crc, "the checksum at " + at);
  }

  static void zero(byte[] bytes, int from, int to) throws Refusal {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        throw new Refusal("byte " + i + " is not zero");
      }
    }
  }

  private static long align(long value, int alignment) {
    return value + alignment - 1 & -alignment;
  }
}

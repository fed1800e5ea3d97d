package org.ckimg.testkit.witness;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import org.ckimg.testkit.Hashes;
import org.ckimg.testkit.Numbers;

/** One block of pages: section 8 of FORMAT.md. */
final class PlainBlock {
  private static final int HEAD = 64;
  private static final int FRAME = 1 << 18;
  private static final long MAX_PAGE = 1L << 52;
  private static final int INHERITED = 0xfffe;
  private static final int ZERO = 0xffff;

  private final byte[] meta;
  private final byte[] data;
  private final int pageSize;
  private final byte[] zero;
  private final int codecs;
  private final int numPages;
  private final int numStored;
  private final int numExtents;
  private final int numFrames;

  private PlainBlock(Part part, int pageSize, int codecs) throws Refusal {
    this.meta = part.meta();
    this.data = part.data();
    this.pageSize = pageSize;
    this.zero = new byte[pageSize];
    this.codecs = codecs;
    Refusal.unless(meta.length >= HEAD, "a block without a head");
    Refusal.unless(u4(0) == part.item(), "object");
    numPages = (int) Refusal.range("num_pages", u4(4), 1, (1 << 24) / pageSize);
    Refusal.range("last_page", last(), first() + numPages - 1, MAX_PAGE - 1);
    Refusal.range("first_page", first(), 0, MAX_PAGE - 1);
    numExtents = (int) Refusal.range("num_extents", u4(24), 1, numPages);
    numStored = (int) Refusal.range("num_stored", u4(28), 0, numPages);
    int perFrame = FRAME / pageSize;
    numFrames = (numStored + perFrame - 1) / perFrame;
    Refusal.unless(u4(32) == numFrames, "num_frames");
    Refusal.unless(numStored + u4(36) + u4(40) + u4(44) == numPages, "counts");
    Refusal.unless(u4(48) % pageSize == 0, "len_raw");
    Refusal.unless(u4(48) + u4(52) <= (long) numStored * pageSize, "len_coded");
    Refusal.unless(u4(48) + u4(52) == data.length, "len_data");
    Part.zero(meta, 56, HEAD);
    Refusal.unless(slots() + 2 * numPages == meta.length, "a block of another length");
  }

  /**
   * Adds the pages of a block to those of its object; a page that is inherited is empty.
   *
   * @param codecs of the header
   */
  static PlainBlock read(
      Part part, int pageSize, int codecs, NavigableMap<Long, Optional<byte[]>> pages)
      throws Refusal {
    PlainBlock block = new PlainBlock(part, pageSize, codecs);
    block.place(block.stored(), pages);
    return block;
  }

  /** True when no page can be added to it. */
  boolean full() {
    return numPages == (1 << 24) / pageSize;
  }

  private long u4(int at) {
    return Numbers.get(meta, at, 4);
  }

  private long first() {
    return Numbers.get(meta, 8, 8);
  }

  private long last() {
    return Numbers.get(meta, 16, 8);
  }

  private int frames() {
    return HEAD + 16 * numExtents;
  }

  private int digests() {
    return frames() + 48 * numFrames;
  }

  private int slots() {
    return digests() + 16 * numStored;
  }

  /** All stored pages, one behind the other. */
  private byte[] stored() throws Refusal {
    ByteArrayOutputStream pages = new ByteArrayOutputStream();
    Set<String> seen = new HashSet<>();
    long raw = 0;
    long coded = u4(48);
    for (int frame = 0; frame < numFrames; frame++) {
      int entry = frames() + 48 * frame;
      int decoded = Math.min(FRAME, (numStored - frame * (FRAME / pageSize)) * pageSize);
      int codec = (int) Refusal.range("codec", meta[entry + 12], 0, 2);
      Refusal.unless((codecs >> codec & 1) != 0, "a codec that the header does not have");
      Part.zero(meta, entry + 13, entry + 16);
      int length = (int) Refusal.range("len_body", u4(entry + 4), 1, decoded);
      Refusal.unless(
          codec == 0 ? length == decoded : length * 8L <= decoded * 7L, "len_body " + length);
      long offset = codec == 0 ? raw : coded;
      Refusal.unless(u4(entry) == offset && offset + length <= data.length, "ofs_body");
      raw += codec == 0 ? length : 0;
      coded += codec == 0 ? 0 : length;
      byte[] body = Arrays.copyOfRange(data, (int) offset, (int) offset + length);
      Refusal.unless(Hashes.crc32c(body, 0, length) == (int) u4(entry + 8), "crc of a frame");
      byte[] leaf = Arrays.copyOfRange(meta, entry + 16, entry + 48);
      byte[] plain = codec == 0 ? body : PlainCodecs.decode(codec, body, decoded);
      byte[] digests = digests(plain, frame * (FRAME / pageSize), seen);
      byte[] expected =
          codec == 0
              ? Hashes.sha256(Hashes.tag("raw"), digests)
              : Hashes.sha256(Hashes.tag("coded"), body);
      Refusal.unless(Arrays.equals(leaf, expected), "leaf of a frame");
      pages.writeBytes(plain);
    }
    Refusal.unless(raw == u4(48) && coded == data.length, "len_raw");
    return pages.toByteArray();
  }

  /** Full digests of the pages of a frame, which agree with the halves in the meta. */
  private byte[] digests(byte[] plain, int ordinal, Set<String> seen) throws Refusal {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = 0; at < plain.length; at += pageSize) {
      byte[] digest = Hashes.sha256(plain, at, at + pageSize);
      int half = digests() + 16 * (ordinal + at / pageSize);
      Refusal.unless(Arrays.equals(digest, 0, 16, meta, half, half + 16), "digest of a page");
      Refusal.unless(!isZero(plain, at), "a stored page that is zero");
      Refusal.unless(seen.add(Arrays.toString(digest)), "two stored pages that are equal");
      all.writeBytes(digest);
    }
    return all.toByteArray();
  }

  private boolean isZero(byte[] plain, int at) {
    return Arrays.equals(plain, at, at + pageSize, zero, 0, pageSize);
  }

  private void place(byte[] stored, NavigableMap<Long, Optional<byte[]>> pages) throws Refusal {
    long free = first();
    int slot = 0;
    int ordinals = 0;
    int[] kinds = new int[3];
    for (int i = 0; i < numExtents; i++) {
      int extent = HEAD + 16 * i;
      long page = Numbers.get(meta, extent, 8);
      long count = Refusal.range("count", u4(extent + 8), 1, numPages - slot);
      Refusal.unless(u4(extent + 12) == slot, "first_slot");
      Refusal.range("page", page, i == 0 ? free : free + 1, i == 0 ? free : last());
      for (int j = 0; j < count; j++, slot++) {
        int value = (int) Numbers.get(meta, slots() + 2 * slot, 2);
        Refusal.unless(value <= ordinals && value < numStored || value >= INHERITED, "slot");
        kinds[value == ZERO ? 0 : value == INHERITED ? 1 : 2]++;
        ordinals += value == ordinals ? 1 : 0;
        pages.put(page + j, content(value, stored));
      }
      free = page + count;
    }
    Refusal.unless(free == last() + 1 && slot == numPages, "extents");
    Refusal.unless(ordinals == numStored, "a stored page without a slot");
    Refusal.unless(kinds[0] == u4(36) && kinds[1] == u4(40), "counts of slots");
  }

  private Optional<byte[]> content(int slot, byte[] stored) {
    return switch (slot) {
      case ZERO -> Optional.of(zero);
      case INHERITED -> Optional.empty();
      default -> Optional.of(Arrays.copyOfRange(stored, slot * pageSize, (slot + 1) * pageSize));
    };
  }
}

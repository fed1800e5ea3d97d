package org.ckimg.reader.internal.file;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Digest;

/**
 * The directory's entries, read by hand because there may be 131,072 of them; the constraints are
 * those of {@code entry} in the layout.
 */
public final class EntryTable {
  private static final int MAX_FLAGS = 7;
  private static final int MAX_BLOCK_PAGES = 4096;

  private final ByteBuffer bytes;
  private final int size;
  private final BitSet broken = new BitSet();

  /**
   * Checks all entries.
   *
   * @param bytes the directory's meta
   * @param offset of the meta, from the image's start
   * @param directory offset of the directory section
   */
  EntryTable(ByteBuffer bytes, long offset, long directory, Findings findings)
      throws ImageException {
    this.bytes = bytes;
    this.size = bytes.limit() / Format.DIRECTORY_ENTRY_BYTES;
    for (int i = 0; i < size; i++) {
      String reason = reason(i, directory);
      if (reason != null) {
        broken.set(i);
        String text = "entry " + i + ": " + reason;
        findings.add(new Finding(Rule.DIR_02, "DIRECTORY", offset + at(i), text));
      }
    }
  }

  private String reason(int i, long directory) {
    long offset = offset(i);
    if (type(i) == 0 || flags(i) > MAX_FLAGS) {
      return "type %d, flags %d".formatted(type(i), flags(i));
    }
    if (offset < Format.HEADER_BYTES || offset > directory - Format.SECTION_HEAD_BYTES) {
      return "ofs_section is " + offset;
    }
    if (exceeds(i, 16, Format.MAX_META_BYTES) || exceeds(i, 20, Format.MAX_DATA_BYTES)) {
      return "a length is over 16 MiB";
    }
    long firstPage = bytes.getLong(at(i) + 24);
    if (firstPage < 0 || firstPage > Format.MAX_PAGE || exceeds(i, 32, MAX_BLOCK_PAGES)) {
      return "page numbers are out of range";
    }
    int pages = bytes.getInt(at(i) + 32);
    if (exceeds(i, 36, pages) || exceeds(i, 40, pages) || exceeds(i, 44, pages)) {
      return "a count is over the number of pages";
    }
    return null;
  }

  private boolean exceeds(int i, int field, int max) {
    return Integer.compareUnsigned(bytes.getInt(at(i) + field), max) > 0;
  }

  private static int at(int i) {
    return i * Format.DIRECTORY_ENTRY_BYTES;
  }

  private int type(int i) {
    return Short.toUnsignedInt(bytes.getShort(at(i)));
  }

  private int flags(int i) {
    return Short.toUnsignedInt(bytes.getShort(at(i) + 2));
  }

  private long offset(int i) {
    return bytes.getLong(at(i) + 8);
  }

  /** Number of entries. */
  public int size() {
    return size;
  }

  /** Entry {@code i}; empty when there is none, or one that breaks a rule. */
  public Optional<SectionInfo> entry(int i) {
    if (i >= size || broken.get(i)) {
      return Optional.empty();
    }
    int at = at(i);
    byte[] leaf = new byte[Digest.LENGTH];
    bytes.get(at + 48, leaf);
    return Optional.of(
        new SectionInfo(
            i,
            type(i),
            flags(i),
            bytes.getInt(at + 4),
            offset(i),
            bytes.getInt(at + 16),
            bytes.getInt(at + 20),
            bytes.getLong(at + 24),
            totals(at),
            Optional.of(Digest.of(leaf))));
  }

  /** The repeated pages are those that are left: the counts of a sound entry add up to pages. */
  private PageTotals totals(int at) {
    int stored = bytes.getInt(at + 36);
    int zero = bytes.getInt(at + 40);
    int inherited = bytes.getInt(at + 44);
    long repeated = (long) bytes.getInt(at + 32) - stored - zero - inherited;
    return new PageTotals(stored, zero, repeated, inherited);
  }

  /** Reports page counts of a section that is none of pages. */
  public static void checkNoPages(SectionInfo entry, Findings findings) throws ImageException {
    if (entry.firstPage() != 0 || !entry.pages().equals(PageTotals.NONE)) {
      String text = "the directory has page counts for a section without pages";
      findings.add(Rule.DIR_04, entry.name(), entry.offset(), text);
    }
  }

  /** Whether two entries say the same of where a section lies and what it is. */
  static boolean agree(SectionInfo a, SectionInfo b) {
    return Arrays.equals(place(a), place(b));
  }

  private static long[] place(SectionInfo info) {
    return new long[] {
      info.type(), info.flags(), info.item(), info.offset(), info.metaBytes(), info.dataBytes()
    };
  }
}

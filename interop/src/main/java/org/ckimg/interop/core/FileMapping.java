package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ckimg.spec.model.Bytes;

/**
 * A row of the note FILE: a range of memory that a file is mapped to.
 *
 * @param firstPage first page of the range
 * @param endPage first page behind it
 * @param filePage page of the file at {@code firstPage}
 * @param path as the kernel shows it
 */
record FileMapping(long firstPage, long endPage, long filePage, Bytes path) {
  static final int HEAD_BYTES = 16;
  static final int ROW_BYTES = 24;
  private static final int MAX_FILES = 1 << 20;
  private static final String SECTION = "FILE";

  /**
   * Reads the whole table.
   *
   * @return by address
   */
  static List<FileMapping> read(Note note, int pageShift) throws IOException {
    ByteBuffer bytes = note.content();
    long count = note.length() < HEAD_BYTES ? -1 : bytes.getLong(0);
    // A row has at least the zero byte of an empty name.
    if (count < 0 || count > (note.length() - HEAD_BYTES) / (ROW_BYTES + 1)) {
      throw CoreRule.FILES.malformed(
          SECTION, note.offset(), "%d files in %d bytes", count, note.length());
    }
    if (count > MAX_FILES) {
      throw CoreRule.LIMIT.unsupported(SECTION, note.offset(), "%d mapped files", count);
    }
    long unit = bytes.getLong(8);
    int name = HEAD_BYTES + (int) count * ROW_BYTES;
    List<FileMapping> rows = new ArrayList<>();
    for (int row = HEAD_BYTES; rows.size() < count; row += ROW_BYTES) {
      int end = name;
      while (end < bytes.limit() && bytes.get(end) != 0) {
        end++;
      }
      if (end == bytes.limit()) {
        throw CoreRule.FILES.malformed(
            SECTION, note.offset() + name, "name %d of %d has no end", rows.size() + 1, count);
      }
      rows.add(row(note, row, unit, pageShift, note.bytes(name, end)));
      name = end + 1;
    }
    rows.sort(Comparator.comparingLong(FileMapping::firstPage));
    checkOrder(rows, note);
    return rows;
  }

  private static void checkOrder(List<FileMapping> rows, Note note) throws IOException {
    long end = 0;
    for (FileMapping row : rows) {
      if (row.firstPage < end) {
        throw CoreRule.FILES.malformed(SECTION, note.offset(), "ranges overlap at %s", row.path);
      }
      end = row.endPage;
    }
  }

  private static FileMapping row(Note note, int at, long unit, int pageShift, Bytes path)
      throws IOException {
    long start = note.content().getLong(at);
    long end = note.content().getLong(at + 8);
    long offset = note.content().getLong(at + 16);
    long rest = (1L << pageShift) - 1;
    boolean whole = ((start | end) & rest) == 0 && Long.compareUnsigned(start, end) < 0;
    boolean inFile = offset >= 0 && unit > 0 && offset <= Long.MAX_VALUE / unit;
    if (!whole || !inFile || (offset * unit & rest) != 0) {
      throw CoreRule.FILES.malformed(
          SECTION,
          note.offset() + at,
          "0x%x to 0x%x at %d times %d bytes of %s",
          start,
          end,
          offset,
          unit,
          path);
    }
    return new FileMapping(
        start >>> pageShift, end >>> pageShift, offset * unit >>> pageShift, path);
  }

  /** True when the whole range lies within this one. */
  boolean covers(long first, long end) {
    return first >= firstPage && end <= endPage;
  }
}

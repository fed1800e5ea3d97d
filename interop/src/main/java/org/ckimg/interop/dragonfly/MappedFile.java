package org.ckimg.interop.dragonfly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ckimg.interop.core.ProgramHeader;
import org.ckimg.interop.core.Segments;

/**
 * A {@code struct vn_hdr}: a mapping whose pages are those of a file.
 *
 * @param handle of the file
 * @param firstPage first page
 * @param numPages pages, at least 1
 * @param protection 1 read, 2 write, 4 execute
 */
record MappedFile(FileHandle handle, long firstPage, long numPages, int protection) {
  static final int BYTES = 120;

  private static final String SECTION = "mapped files";
  private static final int HEADER_AT = 32;
  private static final int PAGE_SHIFT = 12;
  private static final long PAGE_MASK = (1L << PAGE_SHIFT) - 1;

  long endPage() {
    return firstPage + numPages;
  }

  /** Reads all of them; they are given back by address. */
  static List<MappedFile> read(RecordReader in) throws IOException {
    int count = in.count(SECTION, in.take(SECTION, Integer.BYTES).getInt(0), BYTES);
    List<MappedFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long at = in.position();
      files.add(read(in.take(SECTION, BYTES), at));
    }
    files.sort(Comparator.comparingLong(MappedFile::firstPage));
    for (int i = 1; i < files.size(); i++) {
      if (files.get(i).firstPage < files.get(i - 1).endPage()) {
        throw DragonflyRule.MAPPING.malformed(
            SECTION,
            in.position(),
            "the one at 0x%x begins before the end of another",
            files.get(i).firstPage << PAGE_SHIFT);
      }
    }
    return files;
  }

  private static MappedFile read(ByteBuffer from, long at) throws IOException {
    int flags = from.getInt(HEADER_AT + 4);
    long address = from.getLong(HEADER_AT + 16);
    long bytes = from.getLong(HEADER_AT + 40);
    long end = address + bytes;
    boolean fits =
        ((address | bytes) & PAGE_MASK) == 0
            && bytes > 0
            && Long.compareUnsigned(end, address) > 0
            && from.getInt(HEADER_AT) == ProgramHeader.LOAD;
    if (!fits) {
      throw DragonflyRule.MAPPING.malformed(SECTION, at, "0x%x bytes at 0x%x", bytes, address);
    }
    return new MappedFile(
        FileHandle.read(from, 0),
        address >>> PAGE_SHIFT,
        bytes >>> PAGE_SHIFT,
        Segments.protection(flags));
  }
}

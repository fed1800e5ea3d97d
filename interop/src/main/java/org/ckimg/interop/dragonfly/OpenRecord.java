package org.ckimg.interop.dragonfly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ckimg.spec.Finding;

/**
 * A {@code struct ckpt_fileinfo}: a descriptor that has a vnode open.
 *
 * @param number of the descriptor
 * @param flags open(2) numbers of DragonFly
 * @param offset bytes
 * @param handle of the file
 * @param isCheckpoint true for the descriptor of the checkpoint itself
 */
record OpenRecord(int number, int flags, long offset, FileHandle handle, boolean isCheckpoint) {
  private static final String SECTION = "open files";
  private static final int HEADER_BYTES = 40;
  private static final int COUNT_AT = 4;
  private static final int BYTES = 80;
  private static final int HANDLE_AT = 16;
  private static final int KIND_AT = 44;
  private static final int MARKS_AT = 48;
  private static final int VNODE = 1;
  private static final int FIRST = 3;

  /** FREAD and FWRITE, which are the access mode of open(2) plus one. */
  private static final int MODE = 3;

  /** Reads all of them; they are given back by number. */
  static List<OpenRecord> read(RecordReader in, List<Finding> findings) throws IOException {
    int count = in.count(SECTION, in.take(SECTION, HEADER_BYTES).getInt(COUNT_AT), BYTES);
    List<OpenRecord> files = new ArrayList<>();
    Set<Integer> numbers = new HashSet<>();
    for (int i = 0; i < count; i++) {
      long at = in.position();
      ByteBuffer record = in.take(SECTION, BYTES);
      int number = record.getInt(0);
      // The kernel reserves a record for a file that it then leaves out.
      if (number >= 0) {
        files.add(read(record, at, numbers.add(number)));
        if (number < FIRST) {
          findings.add(DragonflyRule.STANDARD.finding(SECTION, at, "descriptor %d", number));
        }
      }
    }
    files.sort(Comparator.comparingInt(OpenRecord::number));
    return files;
  }

  private static OpenRecord read(ByteBuffer record, long at, boolean isNew) throws IOException {
    int flags = record.getInt(4);
    long offset = record.getLong(8);
    int kind = record.getInt(KIND_AT);
    if (!isNew || kind != VNODE || (flags & MODE) == 0 || offset < 0) {
      throw DragonflyRule.FILE.malformed(
          SECTION,
          at,
          "descriptor %d%s of kind %d with flags 0x%x at %d",
          record.getInt(0),
          isNew ? "" : " again,",
          kind,
          flags,
          offset);
    }
    return new OpenRecord(
        record.getInt(0),
        flags & ~MODE | (flags & MODE) - 1,
        offset,
        FileHandle.read(record, HANDLE_AT),
        (record.getInt(MARKS_AT) & 1) != 0);
  }
}

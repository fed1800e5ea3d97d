package org.ckimg.interop.dragonfly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.core.Window;
import org.ckimg.spec.TruncatedImageException;

/** Takes records one after the other; they are packed, and no header says where one lies. */
final class RecordReader {
  private static final int MAX_RECORDS = 1 << 16;

  private final Window window;
  private final long end;
  private long position;

  /**
   * From {@code start} on.
   *
   * @param memory where memory starts, which may be behind the end of a file that was cut
   */
  RecordReader(ByteSource source, long start, long memory) {
    this.window = new Window(source, ByteOrder.LITTLE_ENDIAN);
    this.position = start;
    this.end = memory;
  }

  /** Offset of the next record. */
  long position() {
    return position;
  }

  /** Bytes up to memory. */
  long remaining() {
    return end - position;
  }

  /** The next record; positions in the buffer are offsets of its fields. */
  ByteBuffer take(String section, int bytes) throws IOException {
    need(section, 1, bytes);
    long at = position;
    position += bytes;
    return window.at(at, bytes).orElseThrow();
  }

  /** Checks a count before anything is allocated for it. */
  int count(String section, int count, int bytes) throws IOException {
    if (count < 0 || count > MAX_RECORDS) {
      throw DragonflyRule.RECORD.malformed(section, position, "%d records", count);
    }
    need(section, count, bytes);
    return count;
  }

  private void need(String section, int count, int bytes) throws IOException {
    if ((long) count * bytes > end - position) {
      throw DragonflyRule.RECORD.malformed(
          section,
          position,
          "%d records of %d bytes, %d are left before memory",
          count,
          bytes,
          end - position);
    }
    if (!window.has(position, (long) count * bytes)) {
      throw new TruncatedImageException(
          DragonflyRule.RECORD.finding(
              section,
              position,
              "%d records of %d bytes, the file ends after %d",
              count,
              bytes,
              window.length() - position));
    }
  }
}

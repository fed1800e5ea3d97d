package org.ckimg.testkit;

import java.io.ByteArrayOutputStream;

/** The smallest part of two codecs: content of long runs of equal bytes. */
final class RunCodes {
  /** RLE block of Zstandard, RFC 8878 section 3.1.1.2. */
  private static final int ZSTD_RLE = 1 << 1;

  private static final int ZSTD_LAST = 1;
  private static final int ZSTD_MAX_BLOCK = 128 << 10;

  /** LZ4 ends with literals, and no match starts in the last 12 bytes. */
  private static final int LZ4_TAIL = 12;

  private static final int LZ4_MIN_MATCH = 4;

  private RunCodes() {}

  /** One frame with its content size and one RLE block for each run. */
  static byte[] zstd(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, 4, 0xfd2fb528L);
    out.write(0xa0);
    number(out, 4, content.length);
    for (int from = 0; from < content.length; ) {
      int to = Math.min(runEnd(content, from), from + ZSTD_MAX_BLOCK);
      int last = to == content.length ? ZSTD_LAST : 0;
      number(out, 3, last | ZSTD_RLE | (to - from) << 3);
      out.write(content[from]);
      from = to;
    }
    return out.toByteArray();
  }

  /** One literal and one match for each run; the last bytes are literals. */
  static byte[] lz4(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int tail = content.length - LZ4_TAIL;
    for (int from = 0; from < tail; ) {
      int to = Math.min(runEnd(content, from), tail);
      int match = to - from - 1 - LZ4_MIN_MATCH;
      if (match < 0) {
        throw new IllegalArgumentException("a run of " + (to - from) + " bytes");
      }
      out.write(1 << 4 | Math.min(match, 15));
      out.write(content[from]);
      number(out, 2, 1);
      lz4Length(out, match);
      from = to;
    }
    out.write(LZ4_TAIL << 4);
    out.write(content, tail, LZ4_TAIL);
    return out.toByteArray();
  }

  private static void lz4Length(ByteArrayOutputStream out, int length) {
    if (length < 15) {
      return;
    }
    int rest = length - 15;
    for (; rest >= 255; rest -= 255) {
      out.write(255);
    }
    out.write(rest);
  }

  private static int runEnd(byte[] content, int from) {
    int to = from + 1;
    while (to < content.length && content[to] == content[from]) {
      to++;
    }
    return to;
  }

  private static void number(ByteArrayOutputStream out, int size, long value) {
    for (int i = 0; i < size; i++) {
      out.write((int) (value >> 8 * i));
    }
  }
}

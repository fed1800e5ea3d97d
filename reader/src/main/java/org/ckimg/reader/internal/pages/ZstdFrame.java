package org.ckimg.reader.internal.pages;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The outside of a Zstandard frame, RFC 8878, section 3.1.1. A decoder of the library would take
 * several frames, a dictionary, or a window of gigabytes.
 */
final class ZstdFrame {
  private static final int MAGIC = 0xfd2fb528;
  private static final int MAX_WINDOW = 1 << 18;
  private static final int MIN_WINDOW_LOG = 10;
  private static final int CHECKSUM_BYTES = 4;
  private static final int BLOCK_HEAD_BYTES = 3;
  private static final int RLE_BLOCK = 1;

  private ZstdFrame() {}

  /** True for exactly one frame without a dictionary, whose window is 256 KiB at most. */
  static boolean isPermitted(ByteBuffer stored) {
    ByteBuffer frame = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (frame.remaining() < 6 || frame.getInt(0) != MAGIC) {
      return false;
    }
    int descriptor = frame.get(4);
    boolean single = (descriptor & 0x20) != 0;
    boolean checksum = (descriptor & 4) != 0;
    boolean dictionary = (descriptor & 3) != 0;
    boolean reserved = (descriptor & 8) != 0;
    if (dictionary || reserved || !single && window(frame.get(5)) > MAX_WINDOW) {
      return false;
    }
    int sizeCode = descriptor >> 6 & 3;
    int sizeBytes = sizeCode == 0 ? (single ? 1 : 0) : 1 << sizeCode;
    int blocks = 5 + (single ? 0 : 1) + sizeBytes;
    return end(frame, blocks) + (checksum ? CHECKSUM_BYTES : 0) == frame.limit();
  }

  private static long window(int descriptor) {
    long base = 1L << MIN_WINDOW_LOG + (descriptor >> 3 & 0x1f);
    return base + base / 8 * (descriptor & 7);
  }

  /** Offset behind the last block; -1 when it is not there. */
  private static int end(ByteBuffer frame, int start) {
    int at = start;
    while (at + BLOCK_HEAD_BYTES <= frame.limit()) {
      int head =
          frame.get(at) & 0xff | (frame.get(at + 1) & 0xff) << 8 | (frame.get(at + 2) & 0xff) << 16;
      int size = (head >> 1 & 3) == RLE_BLOCK ? 1 : head >> 3;
      at += BLOCK_HEAD_BYTES + size;
      if ((head & 1) != 0) {
        return at;
      }
    }
    return -CHECKSUM_BYTES - 1;
  }
}

package org.ckimg.restorer.apply;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes that are written where everything is zero already: pages of zeroes are left alone. */
final class SparseBytes {
  private static final long PAGE = 4096;

  private SparseBytes() {}

  /** Takes a run of pages, none of them zero. */
  @FunctionalInterface
  interface Taker {
    void take(long offset, MemorySegment part) throws IOException;
  }

  /** Tells of all that is not zero, in runs as long as possible. */
  static void forEach(MemorySegment bytes, Taker taker) throws IOException {
    long length = bytes.byteSize();
    long start = 0;
    while (start < length) {
      while (start < length && isZero(bytes, start)) {
        start += PAGE;
      }
      long end = start;
      while (end < length && !isZero(bytes, end)) {
        end += PAGE;
      }
      if (end > start) {
        taker.take(start, bytes.asSlice(start, Math.min(end, length) - start));
      }
      start = end;
    }
  }

  private static boolean isZero(MemorySegment bytes, long offset) {
    long end = Math.min(offset + PAGE, bytes.byteSize());
    long at = offset;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      if (bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at) != 0) {
        return false;
      }
    }
    for (; at < end; at++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, at) != 0) {
        return false;
      }
    }
    return true;
  }
}

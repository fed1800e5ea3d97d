package org.ckimg.linux.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/** Bytes to and from native memory; numbers are little-endian and need no alignment. */
public final class NativeBytes {
  /** 32 bits. */
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** 64 bits. */
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  /** 16 bits. */
  public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private NativeBytes() {}

  /** A copy of {@code path} with a zero byte behind it. */
  public static MemorySegment cString(SegmentAllocator arena, byte[] path) {
    MemorySegment copy = arena.allocate(path.length + 1L, 8);
    MemorySegment.copy(path, 0, copy, ValueLayout.JAVA_BYTE, 0, path.length);
    copy.set(ValueLayout.JAVA_BYTE, path.length, (byte) 0);
    return copy;
  }

  /** A copy, 8-byte aligned. */
  public static MemorySegment copyOf(SegmentAllocator arena, byte[] bytes) {
    MemorySegment copy = arena.allocate(Math.max(1, bytes.length), 8);
    MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return copy;
  }

  /** The first {@code length} bytes. */
  public static byte[] bytes(MemorySegment segment, long length) {
    return segment.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }
}

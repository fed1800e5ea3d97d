package org.ckimg.testkit;

/** Little-endian numbers in bytes. */
public final class Numbers {
  private Numbers() {}

  /** The number of {@code size} bytes at an offset. */
  public static long get(byte[] bytes, int offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | bytes[offset + i] & 0xff;
    }
    return value;
  }

  /** A number as {@code size} bytes. */
  public static byte[] of(int size, long value) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >> 8 * i);
    }
    return bytes;
  }

  static int u2(byte[] bytes, int offset) {
    return (int) get(bytes, offset, 2);
  }

  static int u4(byte[] bytes, int offset) {
    return (int) get(bytes, offset, 4);
  }

  static int align(int value) {
    return value + 63 & -64;
  }
}

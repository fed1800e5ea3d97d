package org.ckimg.dumper;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers in the structures of an x86-64 kernel. */
final class LittleEndian {
  private LittleEndian() {}

  static long word(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
  }

  static int number(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  static byte[] bytes(int number) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
  }
}

package org.ckimg.writer;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that grow at the end; the space is kept when they are cleared. */
final class ByteHeap {
  private byte[] bytes = new byte[4096];
  private int length;

  int length() {
    return length;
  }

  void append(byte[] more) {
    if (more.length > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more.length));
    }
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  void clear() {
    length = 0;
  }

  ByteBuffer view() {
    return ByteBuffer.wrap(bytes, 0, length);
  }
}

package org.ckimg.tools.mem;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds bytes in bytes, eight places at a time: those where the first and the last byte fit are
 * compared. The virtual machine's own search of strings is as fast only in code that it has
 * compiled twice, which a command that runs for a second seldom reaches.
 */
final class ByteFinder {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private final byte[] wanted;
  private final long first;
  private final long last;

  /** Of at least one byte. */
  ByteFinder(byte[] wanted) {
    this.wanted = wanted.clone();
    this.first = (wanted[0] & 0xff) * ONES;
    this.last = (wanted[wanted.length - 1] & 0xff) * ONES;
  }

  int length() {
    return wanted.length;
  }

  /**
   * The first place from {@code from} on, or -1.
   *
   * @param length bytes that are looked at
   */
  int indexOf(byte[] bytes, int length, int from) {
    int toLast = wanted.length - 1;
    int end = length - toLast;
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long differs =
          (long) EIGHT.get(bytes, at) ^ first | (long) EIGHT.get(bytes, at + toLast) ^ last;
      // A byte that is zero borrows from the one above: none is missed, and all are compared.
      if ((differs - ONES & ~differs & HIGH) != 0) {
        int found = compare(bytes, at, at + Long.BYTES);
        if (found >= 0) {
          return found;
        }
      }
    }
    return compare(bytes, at, end);
  }

  private int compare(byte[] bytes, int from, int end) {
    for (int at = from; at < end; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }
}

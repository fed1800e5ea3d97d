package org.ckimg.interop.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;

/**
 * An auxiliary vector of a 64-bit program, getauxval(3).
 *
 * @param pairs types and values, whole pairs
 * @param order of the words
 */
record AuxVector(Bytes pairs, ByteOrder order) {
  static final int PAIR_BYTES = 16;
  static final int PHDR = 3;
  static final int PAGESZ = 6;
  static final int ENTRY = 9;
  static final int RANDOM = 25;
  static final int EXECFN = 31;
  static final int SYSINFO_EHDR = 33;

  /** The value of the first pair of this AT_ type. */
  OptionalLong value(int type) {
    ByteBuffer words = ByteBuffer.wrap(pairs.toArray()).order(order);
    while (words.remaining() >= PAIR_BYTES) {
      long pairType = words.getLong();
      long value = words.getLong();
      if (pairType == type) {
        return OptionalLong.of(value);
      }
    }
    return OptionalLong.empty();
  }
}

package org.ckimg.writer;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Collects bits of {@code present} and {@code flags} fields. */
final class Bits {
  private int value;

  Bits set(boolean present, int bit) {
    value |= present ? bit : 0;
    return this;
  }

  Bits set(Optional<?> field, int bit) {
    return set(field.isPresent(), bit);
  }

  Bits set(OptionalInt field, int bit) {
    return set(field.isPresent(), bit);
  }

  Bits set(OptionalLong field, int bit) {
    return set(field.isPresent(), bit);
  }

  int value() {
    return value;
  }
}

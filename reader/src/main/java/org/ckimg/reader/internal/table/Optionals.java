package org.ckimg.reader.internal.table;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Turns bits of a presence field into optional values. */
final class Optionals {
  private final long present;

  Optionals(long present) {
    this.present = present;
  }

  boolean has(int bit) {
    return (present & bit) != 0;
  }

  OptionalInt number(int bit, long value) {
    return has(bit) ? OptionalInt.of((int) value) : OptionalInt.empty();
  }

  OptionalLong wide(int bit, long value) {
    return has(bit) ? OptionalLong.of(value) : OptionalLong.empty();
  }

  <T> Optional<T> value(int bit, Supplier<T> value) {
    return has(bit) ? Optional.of(value.get()) : Optional.empty();
  }
}

package org.ckimg.fuzz;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.testkit.Table;

/** One record of a table as a witness would read it, from values of the model. */
final class Row {
  private final Table table;
  private final Map<String, Object> values = new LinkedHashMap<>();

  Row(Table table) {
    this.table = table;
    table.fields().stream()
        .filter(field -> !field.name().startsWith("reserved"))
        .forEach(field -> values.put(field.name(), field.blob() ? "" : 0L));
  }

  /** Bit n is set when the n-th thing is there. */
  static int bits(boolean... there) {
    int bits = 0;
    for (int i = 0; i < there.length; i++) {
      bits |= there[i] ? 1 << i : 0;
    }
    return bits;
  }

  /** A number, as many of its low bits as the field has; a boolean is 0 or 1. */
  Row put(String name, Object value) {
    Table.Field field = table.field(name);
    values.put(
        name,
        switch (value) {
          case Boolean flag -> flag ? 1L : 0L;
          case OptionalInt number -> narrow(number.orElse(0), field.bytes());
          case OptionalLong number -> number.orElse(0);
          case Number number -> narrow(number.longValue(), field.bytes());
          case Bytes bytes -> HexFormat.of().formatHex(bytes.toArray());
          case Digest digest -> digest.toString();
          case Optional<?> some -> some.isPresent() ? of(some.get()) : absent(field);
          default -> throw new IllegalArgumentException(name + " " + value.getClass());
        });
    return this;
  }

  private static Object of(Object value) {
    return value instanceof Boolean flag
        ? (Object) (flag ? 1L : 0L)
        : value instanceof Bytes bytes
            ? HexFormat.of().formatHex(bytes.toArray())
            : value.toString();
  }

  private static Object absent(Table.Field field) {
    return field.blob()
        ? ""
        : field.bytes() > Long.BYTES ? "00".repeat(field.bytes()) : (Object) 0L;
  }

  private static long narrow(long value, int bytes) {
    return bytes == Long.BYTES ? value : value & (1L << Byte.SIZE * bytes) - 1;
  }

  Map<String, Object> values() {
    return values;
  }
}

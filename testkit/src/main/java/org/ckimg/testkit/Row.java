package org.ckimg.testkit;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** One record: a number or bytes for each field; what is not given is zero. */
public final class Row {
  private final Table table;
  private final Map<String, Object> values = new HashMap<>();

  Row(Table table, Object... namesAndValues) {
    this.table = table;
    for (int i = 0; i < namesAndValues.length; i += 2) {
      put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
  }

  /**
   * Gives a field its value.
   *
   * @param value a Number, a byte[] or, for its UTF-8 form, a String
   */
  public Row put(String field, Object value) {
    if (table.fields().stream().noneMatch(f -> f.name().equals(field))) {
      throw new IllegalArgumentException(table + " has no field " + field);
    }
    values.put(field, value);
    return this;
  }

  long number(String field) {
    return values.getOrDefault(field, 0) instanceof Number n ? n.longValue() : 0;
  }

  byte[] bytes(String field) {
    return switch (values.getOrDefault(field, "")) {
      case byte[] bytes -> bytes;
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case Object other -> throw new IllegalArgumentException(field + " = " + other);
    };
  }
}

package org.ckimg.interop;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ckimg.spec.model.Bytes;

/** A line of an annex while it is made; what is not known is left out. */
public final class Row {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Without values. */
  public Row() {}

  /** Text that is safe to print. */
  public Row put(String name, String value) {
    values.put(name, value);
    return this;
  }

  /** Bytes of the image, escaped. */
  public Row put(String name, Bytes value) {
    return put(name, value.toString());
  }

  /** Unsigned. */
  public Row number(String name, int value) {
    return put(name, Integer.toUnsignedString(value));
  }

  /** Unsigned. */
  public Row number(String name, long value) {
    return put(name, Long.toUnsignedString(value));
  }

  /** A number that is not always there. */
  public Row number(boolean known, String name, int value) {
    return known ? number(name, value) : this;
  }

  /** A number that is not always there. */
  public Row number(boolean known, String name, long value) {
    return known ? number(name, value) : this;
  }

  /** Bytes that are not always there. */
  public Row text(boolean known, String name, Bytes value) {
    return known ? put(name, value) : this;
  }

  /** {@code true} or {@code false}. */
  public Row flag(boolean known, String name, boolean value) {
    return known ? put(name, Boolean.toString(value)) : this;
  }

  /** With {@code 0x}. */
  public Row hex(String name, int value) {
    return put(name, "0x" + Integer.toHexString(value));
  }

  /** With a leading zero. */
  public Row octal(boolean known, String name, int value) {
    return known ? put(name, "0" + Integer.toOctalString(value)) : this;
  }

  /** In the order in which they were put. */
  public Map<String, String> values() {
    return values;
  }
}

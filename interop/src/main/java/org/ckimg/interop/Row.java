package org.ckimg.interop;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ckimg.spec.model.Bytes;

/**
 * A line of an annex; what is not known is left out. There may be one for every file of an image,
 * so that it is a single string.
 */
public final class Row {
  /** Behind each name and each value. */
  private static final char END = 0;

  private String text = "";

  /** Without values. */
  public Row() {}

  /**
   * Text that is safe to print.
   *
   * @throws IllegalArgumentException when it has a zero character
   */
  public Row put(String name, String value) {
    if (value.indexOf(END) >= 0) {
      throw new IllegalArgumentException(name + " has a zero character");
    }
    text += name + END + value + END;
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

  /** True when nothing was put. */
  public boolean isEmpty() {
    return text.isEmpty();
  }

  /** In the order in which they were put. */
  public Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (int at = 0; at < text.length(); ) {
      int name = text.indexOf(END, at);
      int value = text.indexOf(END, name + 1);
      values.put(text.substring(at, name), text.substring(name + 1, value));
      at = value + 1;
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Row row && text.equals(row.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return values().toString();
  }
}

package org.ckimg.testkit;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Growing bytes whose fields have names; numbers are little-endian. */
final class Canvas {
  /** Where a field is. */
  record Place(int offset, int bytes) {}

  private final Map<String, Place> places = new LinkedHashMap<>();
  private final long base;
  private byte[] bytes = new byte[4096];
  private int length;

  Canvas() {
    this(0);
  }

  /** The first byte lies at {@code base} of the file. */
  Canvas(long base) {
    this.base = base;
  }

  /** Where the next byte will be, from the start of the file. */
  long position() {
    return base + length;
  }

  int length() {
    return length;
  }

  Map<String, Place> places() {
    return places;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  void number(String name, int size, long value) {
    place(name, size);
    for (int i = 0; i < size; i++) {
      bytes[length - size + i] = (byte) (value >> 8 * i);
    }
  }

  void bytes(String name, byte[] value) {
    place(name, value.length);
    System.arraycopy(value, 0, bytes, length - value.length, value.length);
  }

  /** Zero bytes up to a multiple of {@code alignment}. */
  void pad(String name, int alignment) {
    place(name, (int) -position() & alignment - 1);
  }

  /** Another canvas behind this one, {@code prefix/} in front of its names. */
  void append(String prefix, Canvas other) {
    take(prefix + "/", other);
  }

  /** Another canvas with its names, behind this one. */
  void append(Canvas other) {
    take("", other);
  }

  private void take(String prefix, Canvas other) {
    int start = length;
    grow(other.length);
    System.arraycopy(other.bytes, 0, bytes, start, other.length);
    other.places.forEach((name, at) -> name(prefix + name, new Place(start + at.offset, at.bytes)));
  }

  private void place(String name, int size) {
    name(name, new Place(length, size));
    grow(size);
  }

  private void name(String name, Place place) {
    if (places.put(name, place) != null) {
      throw new IllegalArgumentException("two fields " + name);
    }
  }

  private void grow(int size) {
    length += size;
    if (length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
    }
  }
}

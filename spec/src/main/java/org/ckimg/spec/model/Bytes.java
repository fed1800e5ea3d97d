package org.ckimg.spec.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Immutable bytes with value equality. Names, paths and arguments of a Linux program are bytes, not
 * text; this type keeps them whole and prints them safely.
 */
public final class Bytes implements Comparable<Bytes> {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /** A copy of {@code value}. */
  public static Bytes of(byte... value) {
    return value.length == 0 ? EMPTY : new Bytes(value.clone());
  }

  /** A copy of {@code length} bytes of {@code value} from {@code offset}. */
  public static Bytes of(byte[] value, int offset, int length) {
    return new Bytes(Arrays.copyOfRange(value, offset, offset + length));
  }

  /** The UTF-8 form of {@code text}. */
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Number of bytes. */
  public int length() {
    return value.length;
  }

  /** The byte at {@code index}. */
  public byte at(int index) {
    return value[index];
  }

  /** A copy. */
  public byte[] toArray() {
    return value.clone();
  }

  /** A copy of the bytes from {@code from} to before {@code to}. */
  public Bytes slice(int from, int to) {
    return new Bytes(Arrays.copyOfRange(value, from, to));
  }

  /** These bytes and behind them others. */
  public Bytes plus(Bytes more) {
    byte[] all = Arrays.copyOf(value, value.length + more.value.length);
    System.arraycopy(more.value, 0, all, value.length, more.value.length);
    return new Bytes(all);
  }

  /** True when the bytes end with the ASCII {@code suffix}. */
  public boolean endsWith(String suffix) {
    byte[] end = suffix.getBytes(StandardCharsets.US_ASCII);
    return value.length >= end.length
        && Arrays.equals(value, value.length - end.length, value.length, end, 0, end.length);
  }

  /** True when the bytes start with the ASCII {@code prefix}. */
  public boolean startsWith(String prefix) {
    byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
    return value.length >= start.length
        && Arrays.equals(value, 0, start.length, start, 0, start.length);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /**
   * The bytes as text that is safe to print: printable UTF-8 stays, a backslash is doubled, every
   * other byte becomes {@code \xNN}.
   */
  @Override
  public String toString() {
    return SafeText.of(value);
  }
}

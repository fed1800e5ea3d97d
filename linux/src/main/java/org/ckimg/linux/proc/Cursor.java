package org.ckimg.linux.proc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads fields of a /proc text from bytes: no string is made of what is only a number. */
final class Cursor {
  private final byte[] text;
  private int at;

  Cursor(byte[] text) {
    this.text = text;
  }

  boolean hasMore() {
    return at < text.length;
  }

  /** The byte here. */
  byte peek() {
    return at < text.length ? text[at] : (byte) '\n';
  }

  void skip(int count) {
    at += count;
  }

  void skipBlanks() {
    while (at < text.length && (text[at] == ' ' || text[at] == '\t')) {
      at++;
    }
  }

  /** Goes behind the next line feed. */
  void nextLine() {
    while (at < text.length && text[at++] != '\n') {
      // on to the end of the line
    }
  }

  /** The next word, without blanks around it; empty at the end of the line. */
  String word() {
    skipBlanks();
    int start = at;
    while (at < text.length && text[at] != ' ' && text[at] != '\t' && text[at] != '\n') {
      at++;
    }
    return new String(text, start, at - start, StandardCharsets.ISO_8859_1);
  }

  /** The bytes up to {@code end} or the end of the line; stands behind {@code end}. */
  byte[] until(char end) {
    int start = at;
    while (at < text.length && text[at] != end && text[at] != '\n') {
      at++;
    }
    byte[] value = Arrays.copyOfRange(text, start, at);
    if (at < text.length && text[at] == end) {
      at++;
    }
    return value;
  }

  /** The rest of the line, without the line feed; stands on the next line. */
  byte[] restOfLine() {
    return until('\n');
  }

  /** The next number in this radix, unsigned in 64 bits; stands behind it. */
  long number(int radix) {
    skipBlanks();
    boolean negative = peek() == '-';
    if (negative) {
      at++;
    }
    long value = 0;
    int digit;
    while (at < text.length && (digit = Character.digit(text[at], radix)) >= 0) {
      value = value * radix + digit;
      at++;
    }
    return negative ? -value : value;
  }

  /** True, and behind it, when the text goes on with these ASCII characters. */
  boolean accept(String wanted) {
    if (at + wanted.length() > text.length) {
      return false;
    }
    for (int i = 0; i < wanted.length(); i++) {
      if (text[at + i] != wanted.charAt(i)) {
        return false;
      }
    }
    at += wanted.length();
    return true;
  }
}

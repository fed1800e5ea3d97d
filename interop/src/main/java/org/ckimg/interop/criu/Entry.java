package org.ckimg.interop.criu;

import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;

/**
 * A message and where it came from.
 *
 * @param file name of the image, safe to print
 * @param offset of its first byte
 * @param message what it says
 */
record Entry<T>(String file, long offset, T message) {
  /** An exception that says what is wrong with this entry. */
  MalformedImageException malformed(CriuRule rule, String text) {
    return new MalformedImageException(new Finding(rule, file, offset, text));
  }

  /** Demands a field. */
  void require(boolean present, String field) throws MalformedImageException {
    if (!present) {
      throw malformed(CriuRule.MESSAGE, "has no " + field);
    }
  }

  /** Demands that a number is in its range. */
  void check(boolean within, String text) throws MalformedImageException {
    if (!within) {
      throw malformed(CriuRule.RANGE, text);
    }
  }

  /** Another message of the same entry. */
  <U> Entry<U> with(U part) {
    return new Entry<>(file, offset, part);
  }
}

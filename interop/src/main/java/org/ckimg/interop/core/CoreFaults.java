package org.ckimg.interop.core;

import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.UnsupportedImageException;

/** Exceptions about a core. */
final class CoreFaults {
  private CoreFaults() {}

  static MalformedImageException malformed(
      CoreRule rule, String section, long offset, String text, Object... arguments) {
    return new MalformedImageException(
        new Finding(rule, section, offset, text.formatted(arguments)));
  }

  static UnsupportedImageException unsupported(
      CoreRule rule, String section, long offset, String text, Object... arguments) {
    return new UnsupportedImageException(
        new Finding(rule, section, offset, text.formatted(arguments)));
  }

  static TruncatedImageException truncated(
      CoreRule rule, String section, long offset, String text, Object... arguments) {
    return new TruncatedImageException(
        new Finding(rule, section, offset, text.formatted(arguments)));
  }
}

package org.ckimg.spec;

/**
 * A numbered rule of a format, as messages and reports name it, and what is thrown when it is
 * broken.
 */
public interface RuleId {
  /** Stable, such as {@code CK-VMA-04}. */
  String id();

  /** What the rule demands, in one sentence. */
  String sentence();

  /**
   * A place where it is broken.
   *
   * @param section or file in which it is
   * @param offset in bytes from the start of the image
   * @param text for {@link String#formatted}: what is there
   */
  default Finding finding(String section, long offset, String text, Object... arguments) {
    return new Finding(this, section, offset, text.formatted(arguments));
  }

  /** The image is not what its format says; arguments as of {@link #finding}. */
  default MalformedImageException malformed(
      String section, long offset, String text, Object... arguments) {
    return new MalformedImageException(finding(section, offset, text, arguments));
  }

  /** The image may be sound and is not understood here; arguments as of {@link #finding}. */
  default UnsupportedImageException unsupported(
      String section, long offset, String text, Object... arguments) {
    return new UnsupportedImageException(finding(section, offset, text, arguments));
  }

  /** The image ends too early; arguments as of {@link #finding}. */
  default TruncatedImageException truncated(
      String section, long offset, String text, Object... arguments) {
    return new TruncatedImageException(finding(section, offset, text, arguments));
  }
}

package org.ckimg.tools.terminal;

/**
 * A control key, which a terminal sends as one byte.
 *
 * @param code 0 to 31
 */
public record Key(byte code) {
  private static final int CONTROL_BITS = 0x1f;

  /**
   * The key that is written {@code ^E}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Key parse(String text) {
    char letter = text.length() == 2 ? Character.toUpperCase(text.charAt(1)) : 0;
    if (letter < '@' || letter > '_' || text.charAt(0) != '^') {
      throw new IllegalArgumentException(text);
    }
    return new Key((byte) (letter & CONTROL_BITS));
  }

  @Override
  public String toString() {
    return "^" + (char) (code | '@');
  }
}

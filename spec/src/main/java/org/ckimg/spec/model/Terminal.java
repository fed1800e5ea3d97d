package org.ckimg.spec.model;

/**
 * A terminal as the program left it.
 *
 * @param file id of the file
 * @param modes {@code struct termios2} of asm-generic/termbits.h, 44 bytes
 * @param rows of the window, 0 when nobody has told
 * @param columns likewise
 */
public record Terminal(int file, Bytes modes, int rows, int columns) {
  /** Size of {@code modes}. */
  public static final int MODES_BYTES = 44;
}

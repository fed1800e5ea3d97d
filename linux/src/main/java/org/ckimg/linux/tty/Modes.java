package org.ckimg.linux.tty;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * {@code struct termios2} of asm-generic/termbits.h, 44 bytes; termios(3) says what the bits do.
 */
record Modes(byte[] raw) {
  private static final int INPUT = 0;
  private static final int OUTPUT = 4;
  private static final int LOCAL = 12;
  private static final int CHARACTERS = 17;
  private static final int NUM_CHARACTERS = 19;
  private static final int VEOF = 4;
  private static final int VTIME = 5;
  private static final int VMIN = 6;
  private static final int VSTOP = 9;
  private static final int VREPRINT = 12;
  private static final int IXON = 02000;
  private static final int OPOST = 1;
  private static final int ICANON = 2;
  private static final int ECHO = 010;
  private static final int IEXTEN = 0100000;
  private static final int EXTPROC = 0200000;

  /** True when reads give lines. */
  boolean hasLines() {
    return (get(LOCAL) & (ICANON | EXTPROC)) == ICANON;
  }

  /** The character that shows a line again which is being typed, where it does. */
  OptionalInt reprint() {
    boolean echoes = (get(LOCAL) & (ECHO | IEXTEN)) == (ECHO | IEXTEN);
    int character = raw[CHARACTERS + VREPRINT] & 0xff;
    return hasLines() && echoes && character != 0 ? OptionalInt.of(character) : OptionalInt.empty();
  }

  /** True when the master can stop the output with a character. */
  boolean isStoppable() {
    return (get(INPUT) & IXON) != 0;
  }

  /**
   * The same, and reads give whatever is there, at once; the output goes on or stands as before.
   */
  Modes withoutLines() {
    Modes changed = new Modes(raw.clone());
    changed.put(LOCAL, get(LOCAL) & ~ICANON);
    changed.raw[CHARACTERS + VMIN] = 0;
    changed.raw[CHARACTERS + VTIME] = 0;
    return changed;
  }

  /**
   * What is written on either side comes out as it is, in lines if they have lines. A kernel that
   * is told to change between lines and none makes all that waits there one line; these two do not.
   *
   * @param end character that ends a line without being part of it, 0 for none
   */
  Modes plain(byte end) {
    Modes changed = new Modes(raw.clone());
    changed.put(INPUT, 0);
    changed.put(OUTPUT, get(OUTPUT) & ~OPOST);
    changed.put(LOCAL, get(LOCAL) & (ICANON | EXTPROC));
    Arrays.fill(changed.raw, CHARACTERS, CHARACTERS + NUM_CHARACTERS, (byte) 0);
    changed.raw[CHARACTERS + VEOF] = end;
    return changed;
  }

  /** The same, and a character of the master stops the output. */
  Modes stoppedBy(byte stop) {
    Modes changed = new Modes(raw.clone());
    changed.put(INPUT, get(INPUT) | IXON);
    changed.raw[CHARACTERS + VSTOP] = stop;
    return changed;
  }

  private int get(int offset) {
    return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  private void put(int offset, int value) {
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
  }
}

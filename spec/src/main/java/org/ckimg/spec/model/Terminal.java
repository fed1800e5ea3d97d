package org.ckimg.spec.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A terminal as the program left it.
 *
 * @param file id of the file
 * @param modes {@code struct termios2} of asm-generic/termbits.h, 44 bytes
 * @param rows of the window, 0 when nobody has told
 * @param columns likewise
 * @param input what was typed and not read; absent when that is not known
 * @param slave of a pseudo terminal whose master the program has: what else it was like
 */
public record Terminal(
    int file, Bytes modes, int rows, int columns, Optional<Input> input, Optional<Slave> slave) {
  /** Size of {@code modes}. */
  public static final int MODES_BYTES = 44;

  /**
   * What was typed and not read.
   *
   * @param queue id of the object with the bytes, absent when there are none
   * @param lines lengths of what single reads give, oldest first, 0 for an end of file; what
   *     follows them is a line that nobody has ended yet, or input that has no lines
   */
  public record Input(OptionalInt queue, List<Integer> lines) {
    /** Copies the list. */
    public Input {
      lines = List.copyOf(lines);
    }
  }

  /**
   * The program's side of a pseudo terminal, pty(7).
   *
   * @param exclusive TIOCGEXCL: nobody else may open it
   * @param hungUp true when it was open and is no more, which its master sees
   * @param stopped true when its output waits for VSTART or TCOON
   * @param output id of the object with what was written to it and its master has not read
   */
  public record Slave(boolean exclusive, boolean hungUp, boolean stopped, OptionalInt output) {}
}

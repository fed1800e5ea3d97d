package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;

/**
 * How a run of ckimg ended.
 *
 * @param exit the exit code
 * @param out standard output
 * @param err standard error
 */
record Outcome(int exit, String out, String err) {
  Outcome assertExit(int expected) {
    assertEquals(expected, exit, this::toString);
    return this;
  }

  /** Looks for a regular expression in the messages. */
  Outcome assertSays(String regex) {
    assertTrue(Pattern.compile(regex).matcher(err).find(), () -> "no '" + regex + "' in " + this);
    return this;
  }

  @Override
  public String toString() {
    return "exit " + exit + "\n--- out\n" + out + "\n--- err\n" + err;
  }
}

package org.ckimg.testkit.witness;

/** The bytes are no image that FORMAT.md describes. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  Refusal(String text) {
    super(text);
  }

  /** Refuses unless something holds. */
  static void unless(boolean holds, String text) throws Refusal {
    if (!holds) {
      throw new Refusal(text);
    }
  }

  /** Refuses unless a number lies in a range, both ends included. */
  static long range(String field, long value, long min, long max) throws Refusal {
    unless(value >= min && value <= max, field + " is " + value);
    return value;
  }
}

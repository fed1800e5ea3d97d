package org.ckimg.tools.stacks;

/** From a frame to who called it. */
sealed interface Step {
  /** There is none, or it cannot be told. */
  record Ended(Backtrace.End why) implements Step {}

  /**
   * The caller.
   *
   * @param registers as far as they are known there
   * @param trust how it was found
   */
  record Caller(Registers registers, Trust trust) implements Step {}
}

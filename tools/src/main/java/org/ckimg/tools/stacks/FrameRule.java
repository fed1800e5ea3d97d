package org.ckimg.tools.stacks;

/** Where the caller's value of a register is, DWARF 5 section 6.4.1. */
sealed interface FrameRule {
  /** It is lost; of the return address: there is no caller. */
  record Undefined() implements FrameRule {}

  /** It was not changed. */
  record Same() implements FrameRule {}

  /** In memory, so far from the canonical frame address. */
  record Saved(long offset) implements FrameRule {}

  /** It is the canonical frame address and so much more. */
  record Value(long offset) implements FrameRule {}

  /** In another register. */
  record InRegister(int register) implements FrameRule {}

  /** In memory, where the expression says. */
  record SavedAt(FrameBytes expression) implements FrameRule {}

  /** What the expression says. */
  record Computed(FrameBytes expression) implements FrameRule {}

  /** A register and so much more; only of the canonical frame address. */
  record Based(int register, long offset) implements FrameRule {}
}

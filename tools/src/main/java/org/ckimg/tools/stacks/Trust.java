package org.ckimg.tools.stacks;

import java.util.Locale;

/** How a frame was found. */
public enum Trust {
  /** Where the thread was. */
  REGISTERS,
  /** By call frame information. */
  CFI,
  /** By the registers that the kernel put on the stack for a signal handler. */
  SIGNAL,
  /** By the chain of frame pointers, where there is no call frame information. */
  FRAME_POINTER,
  /** A word on the stack that looks like a return address. */
  GUESS;

  /** Such as {@code frame-pointer}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

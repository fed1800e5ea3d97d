package org.ckimg.tools.stacks;

/** Call frame information that says nothing usable. */
final class BadFrameException extends Exception {
  private static final long serialVersionUID = 1;

  BadFrameException(String what) {
    super(what);
  }
}

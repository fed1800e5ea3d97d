package org.ckimg.linux.remote;

import java.io.IOException;

/** Calls cannot be injected into the target so that it survives them, and our death. */
public final class NoGadgetException extends IOException {
  private static final long serialVersionUID = 1;

  private final int pid;

  NoGadgetException(int pid, String message) {
    super(message);
    this.pid = pid;
  }

  /** Whose. */
  public int pid() {
    return pid;
  }
}

package org.ckimg.linux.remote;

import java.io.IOException;

/** The target has no code through which calls can be injected so that it survives our death. */
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

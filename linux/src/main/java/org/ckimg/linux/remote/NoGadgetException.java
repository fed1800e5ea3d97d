package org.ckimg.linux.remote;

import java.io.IOException;

/** The target has no code through which calls can be injected so that it survives our death. */
public final class NoGadgetException extends IOException {
  private static final long serialVersionUID = 1;

  /** Reports why. */
  public NoGadgetException(String message) {
    super(message);
  }
}

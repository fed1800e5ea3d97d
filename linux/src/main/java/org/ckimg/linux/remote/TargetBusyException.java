package org.ckimg.linux.remote;

import java.io.IOException;

/** The target cannot be stopped now: traced by another, in an uninterruptible wait, or gone. */
public sealed class TargetBusyException extends IOException
    permits TargetEndedException, StalledException {
  private static final long serialVersionUID = 1;

  /** Reports why. */
  public TargetBusyException(String message) {
    super(message);
  }
}

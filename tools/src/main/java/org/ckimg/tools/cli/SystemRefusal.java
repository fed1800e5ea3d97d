package org.ckimg.tools.cli;

import java.io.IOException;

/** The operating system said no, in words that a person understands without the call's name. */
public final class SystemRefusal extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what and why. */
  public SystemRefusal(String message, IOException cause) {
    super(message, cause);
  }
}

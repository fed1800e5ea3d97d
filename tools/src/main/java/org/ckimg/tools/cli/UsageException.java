package org.ckimg.tools.cli;

/** The command line is well formed and cannot be meant. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what is wrong with it. */
  public UsageException(String message) {
    super(message);
  }

  /** Says what is wrong with it, and what found out. */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}

package org.ckimg.linux.sys;

import java.io.IOException;

/** The kernel said no. */
public final class SyscallException extends IOException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;
  private final String detail;

  /**
   * Reports a failed call.
   *
   * @param call name as in its man page
   * @param errno positive error number
   * @param detail what it was about
   */
  public SyscallException(String call, int errno, String detail) {
    super(call + " of " + detail + ": " + Errno.name(errno) + " (" + Errno.text(errno) + ")");
    this.call = call;
    this.errno = errno;
    this.detail = detail;
  }

  /** Name of the call. */
  public String call() {
    return call;
  }

  /** Positive error number. */
  public int errno() {
    return errno;
  }

  /** What the call was about. */
  public String detail() {
    return detail;
  }
}

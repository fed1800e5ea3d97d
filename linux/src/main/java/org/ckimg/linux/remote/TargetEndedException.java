package org.ckimg.linux.remote;

import org.ckimg.linux.ptrace.Stop;

/**
 * The process ended while it was looked at. When it is a child of this process nobody else learns
 * how: the tracer has waited for it.
 */
public final class TargetEndedException extends TargetBusyException {
  private static final long serialVersionUID = 1;

  private final int pid;
  private final int status;

  TargetEndedException(int pid, Stop end) {
    super("process " + pid + " ended: " + end);
    this.pid = pid;
    this.status = end.status();
  }

  /** Who it was. */
  public int pid() {
    return pid;
  }

  /** Its wait status, wait(2). */
  public int status() {
    return status;
  }
}

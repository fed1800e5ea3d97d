package org.ckimg.linux.remote;

import java.io.IOException;
import org.ckimg.linux.proc.Tasks;

/** The target cannot be stopped now: traced by another, in an uninterruptible wait, or gone. */
public sealed class TargetBusyException extends IOException
    permits TargetEndedException, StalledException {
  private static final long serialVersionUID = 1;

  /** Reports why. */
  public TargetBusyException(String message) {
    super(message);
  }

  /** Says of a process whose first thread has ended whether there is another one. */
  public static TargetBusyException ofDead(int pid) throws IOException {
    return new TargetBusyException(
        Tasks.outliveFirst(pid)
            ? "the first thread of process %d has ended, and others live on".formatted(pid)
            : "process %d is a zombie".formatted(pid));
  }
}

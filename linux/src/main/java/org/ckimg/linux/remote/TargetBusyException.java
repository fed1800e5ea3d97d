package org.ckimg.linux.remote;

import java.io.IOException;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.SyscallException;

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

  /** Says who traces a process; of the copy that a dump has made of another one, whose it is. */
  public static TargetBusyException ofTraced(int pid, int tracer) throws IOException {
    String plain = "process %d is already traced by process %d".formatted(pid, tracer);
    try {
      Stat stat = Stat.read(pid);
      // As in Leftovers: no other children are made without an exit signal.
      return new TargetBusyException(
          stat.exitSignal() == 0
              ? "process %d is already dumped by process %d, which traces its copy %d"
                  .formatted(stat.parent(), tracer, pid)
              : plain);
    } catch (SyscallException e) {
      // It has ended meanwhile.
      return new TargetBusyException(plain);
    }
  }
}

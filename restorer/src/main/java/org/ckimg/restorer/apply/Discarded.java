package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.OptionalInt;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * A half-built process that is to end.
 *
 * @param pidfd of it; empty when it has ended
 */
record Discarded(Construction process, OptionalInt pidfd) {
  private static final int SIGKILL = 9;
  private static final int PATIENCE_MILLIS = 10_000;

  static Discarded of(Construction process) {
    try {
      return new Discarded(process, OptionalInt.of(ProcessCalls.openPidfd(process.pid())));
    } catch (SyscallException e) {
      return new Discarded(process, OptionalInt.empty());
    }
  }

  void kill(Exception cause) {
    try {
      ProcessCalls.kill(process.pid(), SIGKILL);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Waits for its end, also of one that was let go and is another process's child. */
  void await(Exception cause) {
    for (int tid : process.tidsLeaderLast()) {
      try {
        Ptrace.awaitEnd(tid);
      } catch (SyscallException e) {
        if (e.errno() != Errno.ECHILD) {
          cause.addSuppressed(e);
        }
      }
    }
    if (pidfd.isPresent()) {
      awaitLetGo(pidfd.getAsInt(), cause);
    }
  }

  private void awaitLetGo(int fd, Exception cause) {
    try {
      if (!FileCalls.isReadable(fd, PATIENCE_MILLIS)) {
        cause.addSuppressed(
            new IOException("process %d was killed and does not end".formatted(process.pid())));
      }
    } catch (SyscallException e) {
      cause.addSuppressed(e);
    } finally {
      FileCalls.close(fd);
    }
  }
}

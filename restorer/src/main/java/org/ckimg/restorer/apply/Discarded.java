package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * A half-built process that is to end. Each has to be waited for: a pid namespace does not end, and
 * nor does the wait for its process 1, before the last in it has.
 *
 * @param pid of it
 * @param tids of it that are traced, its pid last
 * @param pidfd of it; empty when it has ended
 */
record Discarded(int pid, List<Integer> tids, OptionalInt pidfd) {
  private static final int SIGKILL = 9;
  private static final int PATIENCE_MILLIS = 10_000;

  /** A process and those that were made to build it. */
  static Stream<Discarded> allOf(Construction process) {
    Stream<Discarded> itself =
        process.exists() ? Stream.of(of(process.pid(), process.tidsLeaderLast())) : Stream.empty();
    Stream<Integer> helpers =
        Stream.concat(process.standIns().values().stream(), process.brief().stream());
    return Stream.concat(itself, helpers.map(pid -> of(pid, List.of(pid))));
  }

  private static Discarded of(int pid, List<Integer> tids) {
    try {
      return new Discarded(pid, tids, OptionalInt.of(ProcessCalls.openPidfd(pid)));
    } catch (SyscallException e) {
      return new Discarded(pid, tids, OptionalInt.empty());
    }
  }

  void kill(Throwable cause) {
    try {
      ProcessCalls.kill(pid, SIGKILL);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Waits for its end, also of one that was let go and is another process's child. */
  void await(Throwable cause) {
    for (int tid : tids) {
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

  private void awaitLetGo(int fd, Throwable cause) {
    try {
      if (!FileCalls.isReadable(fd, PATIENCE_MILLIS)) {
        cause.addSuppressed(
            new IOException("process %d was killed and does not end".formatted(pid)));
      }
    } catch (SyscallException e) {
      cause.addSuppressed(e);
    } finally {
      FileCalls.close(fd);
    }
  }
}

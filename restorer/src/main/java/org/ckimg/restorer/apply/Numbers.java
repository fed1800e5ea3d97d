package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.List;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.spec.model.FdEntry;

/** Descriptor numbers of the program, filled one by one: nothing else may stand there. */
record Numbers(Construction construction) {
  private static final int F_DUPFD_CLOEXEC = 1030;

  /** Moves a new descriptor out of the way of the program's numbers. */
  int moveUp(int fd) throws IOException {
    int first = construction.inheritance().firstNumber();
    if (fd >= first) {
      return fd;
    }
    int moved =
        (int) construction.check("fcntl", "fd " + fd, Sys.FCNTL, fd, F_DUPFD_CLOEXEC, first);
    construction.call(Sys.CLOSE, fd);
    return moved;
  }

  /** Makes {@code fd} known under the program's numbers too. */
  void give(int fd, List<FdEntry> fds) throws IOException {
    for (FdEntry entry : fds) {
      int flags = entry.closeOnExec() ? FileCalls.O_CLOEXEC : 0;
      construction.check("dup3", "fd " + entry.number(), Sys.DUP3, fd, entry.number(), flags);
    }
  }
}

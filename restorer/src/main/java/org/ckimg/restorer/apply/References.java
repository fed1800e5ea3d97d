package org.ckimg.restorer.apply;

import java.io.IOException;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.remote.CloneArgs;
import org.ckimg.linux.remote.RemoteProcess;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.spec.model.FdState;

/** Opens descriptors that refer to processes and threads. */
record References(Construction construction) {
  /** Of pidfd_open(2), {@code linux/pidfd.h}. */
  private static final int PIDFD_THREAD = 0200;

  /** pidfd_open(2). */
  int open(FdState.ProcessReference reference, int flags) throws IOException {
    int all = flags | (reference.thread() ? PIDFD_THREAD : 0);
    return reference.pid().isPresent()
        ? open(construction.innerId(reference.pid().getAsInt()), all)
        : openGone(all);
  }

  private int open(int pid, int flags) throws IOException {
    return (int) construction.check("pidfd_open", "process " + pid, Sys.PIDFD_OPEN, pid, flags);
  }

  /**
   * Of a process that has ended and was waited for: one is made for it. It has the memory of its
   * maker, of which it uses nothing, and nobody hears of its end, clone(2).
   */
  private int openGone(int flags) throws IOException {
    long arguments =
        construction
            .workbench()
            .put(CloneArgs.bytes(CloneArgs.CLONE_PTRACE | CloneArgs.CLONE_VM, 0, 0, 0));
    int task = construction.remote().clone(construction.pid(), arguments);
    construction.brief().add(task);
    int pid = Status.read(task).namespacePids().getLast();
    try (RemoteProcess made = new RemoteProcess(task, construction.workbench().address())) {
      int fd = open(pid, flags);
      made.exit(0);
      construction.check("wait4", "process " + pid, Sys.WAIT4, pid, 0, ProcessCalls.WALL, 0);
      construction.brief().remove(task);
      return fd;
    }
  }
}

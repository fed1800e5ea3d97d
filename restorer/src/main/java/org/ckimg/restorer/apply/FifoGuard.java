package org.ckimg.restorer.apply;

import java.io.IOException;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.FileFacts;

/**
 * Finds processes outside at a FIFO that is about to get what was in it. One that waits in open(2)
 * for the other end has no descriptor yet, so the audit sees nothing of it; the kernel counts it as
 * a reader or a writer all the same, {@code fifo_open} in fs/pipe.c.
 */
record FifoGuard(Construction construction) {
  private static final int F_GETFL = 3;

  /**
   * Fails when somebody outside reads or writes a FIFO that gets content. To be asked before a
   * process of the program opens it.
   *
   * @param source O_PATH descriptor of it, in the process and in the tool
   */
  void requireAlone(FileFacts file, int source) throws IOException {
    boolean first = construction.site().openedFifos().add(file.id());
    if (!first || !isFilled(file) || isTools(source)) {
      return;
    }
    if (isRead(source, file) || isWritten(source, file)) {
      throw new IOException(
          "the FIFO %s has changed since the audit: another process opens it"
              .formatted(file.path()));
    }
  }

  private boolean isFilled(FileFacts file) {
    return construction.checkpoint().pipes().stream()
        .anyMatch(pipe -> pipe.file() == file.id() && pipe.queue().isPresent());
  }

  /** What the caller hands down, or has as its own input or output, counts as well. */
  private static boolean isTools(int source) throws IOException {
    FileStatus fifo = FileCalls.status(source);
    for (int fd : Fds.list((int) ProcessHandle.current().pid())) {
      try {
        boolean same = FileCalls.status(fd).isSameFile(fifo);
        if (same && (FileCalls.fcntl(fd, F_GETFL, 0) & FileCalls.O_PATH) == 0) {
          return true;
        }
      } catch (SyscallException e) {
        // Another thread has closed it.
        continue;
      }
    }
    return false;
  }

  /** Opening for writing fails when nobody reads, fifo(7). */
  private boolean isRead(int source, FileFacts file) throws IOException {
    long fd =
        construction.call(
            Sys.OPENAT,
            FileCalls.AT_FDCWD,
            RemoteFiles.link(construction, source),
            FileCalls.O_WRONLY | FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC,
            0);
    if (fd == -Errno.ENXIO) {
      return false;
    }
    Syscalls.check("open", fd, "restored process: " + file.path());
    construction.call(Sys.CLOSE, fd);
    return true;
  }

  /** An empty one has ended for its readers when nobody writes, pipe(7). */
  private boolean isWritten(int source, FileFacts file) throws IOException {
    int flags = FileCalls.O_RDONLY | FileCalls.O_NONBLOCK;
    int fd = RemoteFiles.reopen(construction, source, flags, file.path());
    long buffer = construction.workbench().put(new byte[1]);
    long result = construction.call(Sys.READ, fd, buffer, 1);
    construction.call(Sys.CLOSE, fd);
    return result != 0;
  }
}

package org.ckimg.linux.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/** Open files, and lists that only some kernels show in /proc. */
final class FileProbe {
  private static final byte[] ROOT = "/".getBytes(StandardCharsets.US_ASCII);

  private static final Question KCMP =
      new Question(
          "kcmp",
          Feature.Need.REQUIRED,
          "descriptors that share one open file cannot be told from others",
          "a kernel with CONFIG_KCMP");
  private static final Question GETFD =
      new Question(
          "pidfd_getfd",
          Feature.Need.REQUIRED,
          "open files of a program cannot be looked at",
          "a kernel that has the call");
  private static final Question OPENAT2 =
      new Question(
          "openat2",
          Feature.Need.REQUIRED,
          "files cannot be opened again safely",
          "a kernel that has the call");
  private static final Question HANDLE =
      new Question(
          "name_to_handle_at",
          Feature.Need.OPTIONAL,
          "a file that was replaced under its name is recognised by size and time alone",
          "a file system with file handles, on a kernel with CONFIG_FHANDLE");
  private static final Question CHILDREN =
      new Question(
          "/proc/PID/task/TID/children",
          Feature.Need.FOR_SOME,
          "children of a program stay unknown",
          "a kernel with CONFIG_PROC_CHILDREN");
  private static final Question TIMERS =
      new Question(
          "/proc/PID/timers",
          Feature.Need.FOR_SOME,
          "POSIX timers of a program stay unknown",
          "a kernel with CONFIG_CHECKPOINT_RESTORE and CONFIG_POSIX_TIMERS");

  private FileProbe() {}

  static List<Feature> features() {
    int pid = Self.pid();
    return List.of(
        KCMP.tried(() -> ProcessCalls.compare(pid, pid, ProcessCalls.KCMP_VM, 0, 0)),
        GETFD.tried(FileProbe::getFd),
        OPENAT2.tried(FileProbe::openResolved),
        HANDLE.tried(FileProbe::handle),
        CHILDREN.tried(() -> ProcFile.bytes(pid, "task/" + pid + "/children")),
        TIMERS.tried(() -> ProcFile.bytes(pid, "timers")));
  }

  private static void getFd() throws IOException {
    int pidfd = ProcessCalls.openPidfd(Self.pid());
    try {
      long result = Syscalls.call(Sys.PIDFD_GETFD, pidfd, -1, 0);
      if (result != -Errno.EBADF) {
        Syscalls.check("pidfd_getfd", result, "fd -1");
      }
    } finally {
      FileCalls.close(pidfd);
    }
  }

  private static void openResolved() throws IOException {
    int flags = FileCalls.O_PATH | FileCalls.O_CLOEXEC;
    FileCalls.close(FileCalls.openResolved(ROOT, flags, FileCalls.RESOLVE_NO_MAGICLINKS));
  }

  private static void handle() throws IOException {
    int fd = FileCalls.open(ROOT, FileCalls.O_PATH | FileCalls.O_CLOEXEC, 0);
    try {
      FileCalls.handle(fd);
    } finally {
      FileCalls.close(fd);
    }
  }
}

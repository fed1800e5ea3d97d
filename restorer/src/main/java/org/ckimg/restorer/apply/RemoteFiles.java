package org.ckimg.restorer.apply;

import java.io.IOException;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.spec.model.Bytes;

/** Opens files from inside the process that is built. */
final class RemoteFiles {
  private RemoteFiles() {}

  /**
   * Opens what an O_PATH descriptor of the process refers to.
   *
   * @param flags of open(2); O_NOCTTY and O_CLOEXEC are added
   * @param path for the message
   */
  static int reopen(Construction construction, int pathFd, int flags, Bytes path)
      throws IOException {
    return (int)
        construction.check(
            "open",
            path.toString(),
            Sys.OPENAT,
            FileCalls.AT_FDCWD,
            link(construction, pathFd),
            flags | FileCalls.O_NOCTTY | FileCalls.O_CLOEXEC,
            0);
  }

  /** The address, in the process, of a path that leads to what its descriptor refers to. */
  static long link(Construction construction, int pathFd) throws IOException {
    return construction.workbench().putString(link(pathFd).toArray());
  }

  /** A path, in the process, that leads to what its descriptor refers to. */
  static Bytes link(int fd) {
    return Bytes.utf8("/proc/self/fd/" + fd);
  }
}

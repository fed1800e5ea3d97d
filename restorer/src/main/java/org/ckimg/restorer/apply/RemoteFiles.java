package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    long name =
        construction
            .workbench()
            .putString(("/proc/self/fd/" + pathFd).getBytes(StandardCharsets.US_ASCII));
    return (int)
        construction.check(
            "open",
            path.toString(),
            Sys.OPENAT,
            FileCalls.AT_FDCWD,
            name,
            flags | FileCalls.O_NOCTTY | FileCalls.O_CLOEXEC,
            0);
  }
}

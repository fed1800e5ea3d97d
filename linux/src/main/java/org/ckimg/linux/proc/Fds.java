package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.List;
import org.ckimg.linux.sys.SyscallException;

/** /proc/PID/fd. */
public final class Fds {
  private Fds() {}

  /** Open descriptors, ascending. */
  public static List<Integer> list(int pid) throws IOException {
    return Directory.numbers("/proc/" + pid + "/fd");
  }

  /** What the kernel calls the open file: a path, or {@code pipe:[…]} and the like. */
  public static byte[] link(int pid, int fd) throws SyscallException {
    return ProcFile.readLink("/proc/" + pid + "/fd/" + fd);
  }
}

package org.ckimg.linux.probe;

import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/** The probing process, on which most attempts are made. */
final class Self {
  private Self() {}

  static int pid() {
    return (int) Syscalls.call(Sys.GETPID);
  }
}

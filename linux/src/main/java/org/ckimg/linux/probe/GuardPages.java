package org.ckimg.linux.probe;

import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/** MADV_GUARD_INSTALL of madvise(2), Linux 6.13. */
public final class GuardPages {
  /** Makes a range of guard pages, whatever was there. */
  public static final int MADV_GUARD_INSTALL = 102;

  private static final int PAGE = 4096;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

  private GuardPages() {}

  /** Tries it on a page of our own. */
  public static boolean areSupported() {
    long page = Syscalls.call(Sys.MMAP, 0, PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (page < 0) {
      return false;
    }
    boolean supported = Syscalls.call(Sys.MADVISE, page, PAGE, MADV_GUARD_INSTALL) == 0;
    Syscalls.call(Sys.MUNMAP, page, PAGE);
    return supported;
  }
}

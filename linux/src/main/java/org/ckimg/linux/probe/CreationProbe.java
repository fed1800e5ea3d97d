package org.ckimg.linux.probe;

import static org.ckimg.linux.remote.CloneArgs.CLONE_FILES;
import static org.ckimg.linux.remote.CloneArgs.CLONE_FS;
import static org.ckimg.linux.remote.CloneArgs.CLONE_SIGHAND;
import static org.ckimg.linux.remote.CloneArgs.CLONE_SYSVSEM;
import static org.ckimg.linux.remote.CloneArgs.CLONE_THREAD;

import java.lang.foreign.Arena;
import java.util.List;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/** What a restore needs to make a process that looks like the old one. */
final class CreationProbe {
  private static final int PR_SET_MM = 35;
  private static final int PR_SET_MM_MAP_SIZE = 15;
  private static final int PR_TIMER_CREATE_RESTORE_IDS = 77;
  private static final int READ_SETTING = 2;
  private static final int ARCH_MAP_VDSO_64 = 0x2003;

  private static final long THREAD =
      CLONE_THREAD | CLONE_SIGHAND | CLONE_FILES | CLONE_FS | CLONE_SYSVSEM;

  private static final Question MM_MAP =
      new Question(
          "prctl(PR_SET_MM_MAP)",
          Feature.Need.REQUIRED,
          "the memory layout of a program cannot be set",
          "a kernel with CONFIG_CHECKPOINT_RESTORE");
  private static final Question MAP_VDSO =
      new Question(
          "arch_prctl(ARCH_MAP_VDSO_64)",
          Feature.Need.REQUIRED,
          "the vdso cannot be put where a program expects it",
          "a kernel with CONFIG_CHECKPOINT_RESTORE");
  private static final Question SET_TID =
      new Question(
          "clone3(set_tid)",
          Feature.Need.FOR_SOME,
          "old pids come back only in an own pid namespace",
          "run as root, or grant CAP_CHECKPOINT_RESTORE");
  private static final Question TIMER_IDS =
      new Question(
          "prctl(PR_TIMER_CREATE_RESTORE_IDS)",
          Feature.Need.FOR_SOME,
          "POSIX timers may not get their old ids back",
          "a kernel that has the request");

  private CreationProbe() {}

  static List<Feature> features() {
    return List.of(layout(), vdso(), chosenTid(), timerIds());
  }

  private static Feature layout() {
    try (Arena arena = Arena.ofConfined()) {
      long size = arena.allocate(8, 8).address();
      return MM_MAP.answered(
          "prctl", Syscalls.call(Sys.PRCTL, PR_SET_MM, PR_SET_MM_MAP_SIZE, size));
    }
  }

  private static Feature vdso() {
    // A process has one vdso at most: EEXIST, and the address does not matter.
    long result = Syscalls.call(Sys.ARCH_PRCTL, ARCH_MAP_VDSO_64, 0);
    return MAP_VDSO.answered("arch_prctl", result, Errno.EEXIST);
  }

  private static Feature chosenTid() {
    // Our own pid is taken: EEXIST for those who may choose.
    long result = DoomedClone.attempt(THREAD, Self.pid());
    if (result == -Errno.ENOSYS || result == -DoomedClone.E2BIG) {
      return SET_TID.no(
          "clone3 gives " + Errno.name((int) -result),
          "a kernel that has set_tid, and a container that permits clone3");
    }
    return SET_TID.answered("clone3", result, Errno.EEXIST);
  }

  private static Feature timerIds() {
    return TIMER_IDS.answered(
        "prctl", Syscalls.call(Sys.PRCTL, PR_TIMER_CREATE_RESTORE_IDS, READ_SETTING));
  }
}

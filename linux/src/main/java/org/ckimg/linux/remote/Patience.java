package org.ckimg.linux.remote;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.sys.SyscallException;

/**
 * Waiting for a traced task that does what it was told. That takes as long as it takes, and a fork
 * of much memory is slow; but one that sleeps all the time will not come back: a control group has
 * frozen it, cgroups(7), or it waits in the kernel for a device.
 */
final class Patience {
  private static final long LOOK_MILLIS = 1_000;
  private static final int SLEEPING_LOOKS = 20;
  private static final int LOOKS = 600;

  private Patience() {}

  /**
   * Waits for the next stop or the end of a task.
   *
   * @throws StalledException when it has slept for 20 s, or has not stopped in ten minutes
   */
  static Stop await(int tid) throws IOException {
    int sleeping = 0;
    for (int look = 0; look < LOOKS && sleeping < SLEEPING_LOOKS; look++) {
      Optional<Stop> stop = Ptrace.sleep(tid, LOOK_MILLIS);
      if (stop.isPresent()) {
        return stop.get();
      }
      sleeping = isRunning(tid) ? 0 : sleeping + 1;
    }
    throw new StalledException(tid);
  }

  private static boolean isRunning(int tid) throws IOException {
    try {
      return Stat.readThread(tid, tid).state() == 'R';
    } catch (SyscallException e) {
      // It has just ended, and the next look is told so.
      return false;
    }
  }
}

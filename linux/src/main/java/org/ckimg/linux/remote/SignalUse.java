package org.ckimg.linux.remote;

import java.io.IOException;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;

/**
 * What a process does with signals; bit n - 1 is signal n.
 *
 * @param caught by a handler
 * @param blocked by any of its threads, which may wait for it by signalfd(2) or sigwait(3)
 * @param pending for the process, or for any of its threads
 */
record SignalUse(long caught, long blocked, long pending) {
  static final SignalUse NONE = new SignalUse(0, 0, 0);

  /** Of all threads as they are now; what a call blocks or lets in for a while is not known. */
  static SignalUse of(int pid) throws IOException {
    SignalUse use = NONE;
    for (int tid : Tasks.threads(pid)) {
      try {
        use = use.with(Status.readThread(pid, tid), 0);
      } catch (SyscallException e) {
        if (e.errno() != Errno.ENOENT && e.errno() != Errno.ESRCH) {
          throw e;
        }
        // The thread has ended.
      }
    }
    return use;
  }

  /**
   * The same, and what one more thread does.
   *
   * @param mask that it has when it is not in a call that changes it for a while
   */
  SignalUse with(Status thread, long mask) {
    return new SignalUse(
        caught | thread.caught(),
        blocked | thread.blocked() | mask,
        pending | thread.pending() | thread.sharedPending());
  }

  boolean catches(int signal) {
    return has(caught, signal);
  }

  boolean blocks(int signal) {
    return has(blocked, signal);
  }

  boolean isPending(int signal) {
    return has(pending, signal);
  }

  private static boolean has(long set, int signal) {
    return (set >>> signal - 1 & 1) != 0;
  }
}

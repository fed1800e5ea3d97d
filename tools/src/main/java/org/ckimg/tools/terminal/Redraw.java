package org.ckimg.tools.terminal;

import java.util.concurrent.locks.LockSupport;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;

/**
 * Makes a program draw everything again. Many look only whether the window has another size, so it
 * has one for a moment: a column less, which no program has to scroll for.
 */
final class Redraw {
  /** Changes the window. */
  interface Change {
    /** Does it; the foreground process group gets SIGWINCH. */
    void make() throws SyscallException;
  }

  /** Lets a change come to the program. */
  interface Look {
    /** Makes the change, and returns when the program has drawn, or after a moment. */
    void after(Change change) throws SyscallException;
  }

  private static final long LOOK_NANOS = 60_000_000;

  /** Of somebody who does not see what the program prints. */
  static final Look BLIND =
      change -> {
        change.make();
        LockSupport.parkNanos(LOOK_NANOS);
      };

  private Redraw() {}

  /**
   * Asks the foreground process group of a terminal. Returns when the program has looked twice:
   * SIGWINCH in the middle of a key that is several bytes makes some drop it.
   *
   * @param fd of either side
   */
  static void ask(int fd, Look look) throws SyscallException {
    TerminalCalls.Window window = TerminalCalls.window(fd);
    if (window.columns() < 2) {
      return;
    }
    TerminalCalls.Window narrower = new TerminalCalls.Window(window.rows(), window.columns() - 1);
    look.after(() -> TerminalCalls.setWindow(fd, narrower));
    // A person may have resized it meanwhile.
    if (TerminalCalls.window(fd).equals(narrower)) {
      look.after(() -> TerminalCalls.setWindow(fd, window));
    }
  }
}

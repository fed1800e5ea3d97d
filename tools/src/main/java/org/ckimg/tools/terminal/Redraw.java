package org.ckimg.tools.terminal;

import java.util.concurrent.locks.LockSupport;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;

/**
 * Makes a program draw everything again. Many look only whether the window has another size, so it
 * has one for a moment: a column less, which no program has to scroll for.
 */
final class Redraw {
  /** Until a program has looked. */
  private static final long LOOK_NANOS = 60_000_000;

  private Redraw() {}

  /**
   * Asks the foreground process group of a terminal.
   *
   * @param fd of either side
   */
  static void ask(int fd) throws SyscallException {
    TerminalCalls.Window window = TerminalCalls.window(fd);
    if (window.columns() < 2) {
      return;
    }
    TerminalCalls.Window narrower = new TerminalCalls.Window(window.rows(), window.columns() - 1);
    TerminalCalls.setWindow(fd, narrower);
    LockSupport.parkNanos(LOOK_NANOS);
    // A person may have resized it meanwhile.
    if (TerminalCalls.window(fd).equals(narrower)) {
      TerminalCalls.setWindow(fd, window);
    }
  }
}

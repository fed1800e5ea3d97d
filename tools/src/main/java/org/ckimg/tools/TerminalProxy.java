package org.ckimg.tools;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;

/**
 * Stands between the caller and the pseudo terminal of a restored session leader: copies what is
 * typed and what is printed, and tells the size of the window. Every key goes to the program; that
 * of ^C becomes a signal at its own terminal.
 */
final class TerminalProxy {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long WINDOW_PERIOD_MILLIS = 200;
  private static final long LAST_OUTPUT_MILLIS = 2_000;

  private final int master;
  private final Optional<Integer> terminal;
  private final Optional<byte[]> modes;
  private final Thread output;

  private TerminalProxy(int master, Optional<Integer> terminal) throws IOException {
    this.master = master;
    this.terminal = terminal;
    this.modes =
        terminal.isPresent() ? Optional.of(TerminalCalls.modes(terminal.get())) : Optional.empty();
    this.output = daemon("terminal output", () -> copy(master, 1));
  }

  /**
   * Begins to copy.
   *
   * @param master side of a pseudo terminal
   */
  static TerminalProxy start(int master) throws IOException {
    Optional<Integer> terminal = TerminalCalls.standard();
    TerminalProxy proxy = new TerminalProxy(master, terminal);
    if (terminal.isPresent()) {
      TerminalCalls.setModes(terminal.get(), TerminalCalls.raw(proxy.modes.get()));
      daemon("terminal window", proxy::watchWindow).start();
    }
    proxy.output.start();
    daemon("terminal input", () -> copy(0, master)).start();
    return proxy;
  }

  private static Thread daemon(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name(name).unstarted(work);
  }

  /** Ends at the end of the input, and when the program's side is closed. */
  private static void copy(int from, int to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES);
      while (true) {
        long n = read(from, buffer);
        if (n == 0) {
          return;
        }
        for (long done = 0; done < n; ) {
          done += FileCalls.write(to, buffer.asSlice(done, n - done));
        }
      }
    } catch (SyscallException e) {
      // EIO: nobody has the other side open any more.
      return;
    }
  }

  private static long read(int fd, MemorySegment buffer) throws SyscallException {
    while (true) {
      try {
        return FileCalls.read(fd, buffer);
      } catch (SyscallException e) {
        if (e.errno() != Errno.EINTR) {
          throw e;
        }
      }
    }
  }

  /** The virtual machine keeps SIGWINCH for itself, so the size is looked at now and then. */
  private void watchWindow() {
    TerminalCalls.Window known = new TerminalCalls.Window(-1, -1);
    try {
      while (true) {
        TerminalCalls.Window now = TerminalCalls.window(terminal.orElseThrow());
        if (!now.equals(known)) {
          TerminalCalls.setWindow(master, now);
          known = now;
        }
        Thread.sleep(WINDOW_PERIOD_MILLIS);
      }
    } catch (SyscallException | InterruptedException e) {
      // The terminal is gone.
      return;
    }
  }

  /** Waits for what the program has printed last, and gives the caller's terminal back. */
  void close() throws IOException {
    try {
      output.join(LAST_OUTPUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (modes.isPresent()) {
      TerminalCalls.setModes(terminal.orElseThrow(), modes.get());
    }
  }
}

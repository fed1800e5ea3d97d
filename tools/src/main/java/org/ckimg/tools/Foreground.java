package org.ckimg.tools;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SignalCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.spec.model.Terminal;

/**
 * The restored program while ckimg waits for it: it has the terminal, is stopped and continued with
 * ckimg, and ends ckimg with its own status.
 */
final class Foreground {
  private static final int SIGTERM = 15;
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;
  private static final int SIGTTIN = 21;
  private static final int SIGTTOU = 22;

  private static final int SIGWINCH = 28;

  /** How often it is looked whether the program ended, when there is more to do than to wait. */
  private static final long LOOK_NANOS = 20_000_000;

  private final int pid;
  private final Optional<SharedTerminal> shared;
  private volatile boolean ended;

  /**
   * The caller's terminal, while the program has it.
   *
   * @param fd of it
   * @param ownGroup ckimg's process group
   * @param ownModes modes before
   */
  private record SharedTerminal(int fd, int ownGroup, byte[] ownModes) {}

  private Foreground(int pid, Optional<SharedTerminal> shared) {
    this.pid = pid;
    this.shared = shared;
  }

  /**
   * Gives the program the terminal, when ckimg has it and before it runs.
   *
   * @param recorded how the program had left its terminal
   */
  static Foreground of(int pid, Optional<Terminal> recorded) throws IOException {
    Foreground foreground = new Foreground(pid, shared(pid));
    if (foreground.shared.isPresent()) {
      // In the background even setting the terminal would stop us.
      SignalCalls.ignore(SIGTTOU);
      SignalCalls.ignore(SIGTTIN);
      foreground.takeOver(recorded);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(foreground::interrupted));
    return foreground;
  }

  private static Optional<SharedTerminal> shared(int pid) throws IOException {
    Optional<Integer> terminal = TerminalCalls.standard();
    if (terminal.isEmpty() || ProcessCalls.session(pid) != ProcessCalls.session(0)) {
      return Optional.empty();
    }
    int fd = terminal.get();
    int ownGroup = ProcessCalls.group();
    return TerminalCalls.foreground(fd) == ownGroup
        ? Optional.of(new SharedTerminal(fd, ownGroup, TerminalCalls.modes(fd)))
        : Optional.empty();
  }

  private void takeOver(Optional<Terminal> recorded) throws IOException {
    int fd = shared.orElseThrow().fd();
    TerminalCalls.setForeground(fd, pid);
    if (recorded.isEmpty()) {
      return;
    }
    TerminalCalls.setModes(fd, recorded.get().modes().toArray());
    TerminalCalls.Window before =
        new TerminalCalls.Window(recorded.get().rows(), recorded.get().columns());
    if (!TerminalCalls.window(fd).equals(before)) {
      ProcessCalls.kill(-pid, SIGWINCH);
    }
  }

  /** What asks ckimg to end asks the program. */
  private void interrupted() {
    if (!ended) {
      try {
        ProcessCalls.kill(pid, SIGTERM);
      } catch (SyscallException e) {
        // It ended meanwhile.
        return;
      }
    }
  }

  /** First the terminal, then the signal: the other way round it stops again at once. */
  private void handOver() throws IOException {
    TerminalCalls.setForeground(shared.orElseThrow().fd(), pid);
    ProcessCalls.kill(-pid, SIGCONT);
  }

  /** The program did not come to run. */
  void abandon() throws IOException {
    ended = true;
    if (shared.isPresent()) {
      takeBack(shared.get());
    }
  }

  /** Waits for the end: exit status, or 128 + signal. */
  int await() throws IOException {
    while (true) {
      OptionalInt end = changed(ProcessCalls.wait(pid, ProcessCalls.WUNTRACED).status());
      if (end.isPresent()) {
        return end.getAsInt();
      }
    }
  }

  /** Waits for the end, but not for ever. */
  OptionalInt await(long nanos) throws IOException {
    long start = System.nanoTime();
    while (true) {
      ProcessCalls.Waited waited =
          ProcessCalls.wait(pid, ProcessCalls.WUNTRACED | ProcessCalls.WNOHANG);
      if (waited.pid() != 0) {
        OptionalInt end = changed(waited.status());
        if (end.isPresent()) {
          return end;
        }
      }
      long left = nanos - (System.nanoTime() - start);
      if (left <= 0) {
        return OptionalInt.empty();
      }
      LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
    }
  }

  private OptionalInt changed(int status) throws IOException {
    boolean stopped = (status & 0xff) == 0x7f;
    if (!stopped) {
      return OptionalInt.of(end(status));
    }
    if (shared.isPresent()) {
      stopWithProgram(shared.get());
    }
    return OptionalInt.empty();
  }

  /** The program ended with this wait status: exit status, or 128 + signal. */
  int end(int status) throws IOException {
    ended = true;
    if (shared.isPresent()) {
      takeBack(shared.get());
    }
    int signal = status & 0x7f;
    return signal == 0 ? status >> 8 & 0xff : 128 + signal;
  }

  private static void takeBack(SharedTerminal terminal) throws IOException {
    TerminalCalls.setForeground(terminal.fd(), terminal.ownGroup());
    TerminalCalls.setModes(terminal.fd(), terminal.ownModes());
  }

  private void stopWithProgram(SharedTerminal terminal) throws IOException {
    byte[] modes = TerminalCalls.modes(terminal.fd());
    takeBack(terminal);
    ProcessCalls.kill(0, SIGSTOP);
    TerminalCalls.setModes(terminal.fd(), modes);
    handOver();
  }
}

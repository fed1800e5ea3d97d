package org.ckimg.tools;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SignalCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;

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

  private final int pid;
  private final Optional<Integer> terminal;
  private final int ownGroup;
  private volatile boolean ended;

  private Foreground(int pid, Optional<Integer> terminal, int ownGroup) {
    this.pid = pid;
    this.terminal = terminal;
    this.ownGroup = ownGroup;
  }

  /** Gives the program the terminal, when ckimg has it. */
  static Foreground of(int pid) throws IOException {
    Optional<Integer> terminal = Stream.of(0, 1, 2).filter(TerminalCalls::isTerminal).findFirst();
    int ownGroup = ProcessCalls.group();
    boolean shares = terminal.isPresent() && ProcessCalls.session(pid) == ProcessCalls.session(0);
    boolean owns = shares && TerminalCalls.foreground(terminal.get()) == ownGroup;
    Foreground foreground = new Foreground(pid, owns ? terminal : Optional.empty(), ownGroup);
    if (owns) {
      // In the background even setting the terminal would stop us.
      SignalCalls.ignore(SIGTTOU);
      SignalCalls.ignore(SIGTTIN);
      foreground.handOver();
    }
    Runtime.getRuntime().addShutdownHook(new Thread(foreground::interrupted));
    return foreground;
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
    if (terminal.isPresent()) {
      TerminalCalls.setForeground(terminal.get(), pid);
    }
    ProcessCalls.kill(-pid, SIGCONT);
  }

  /** Waits for the end: exit status, or 128 + signal. */
  int await() throws IOException {
    while (true) {
      int status = ProcessCalls.wait(pid, ProcessCalls.WUNTRACED).status();
      boolean stopped = (status & 0xff) == 0x7f;
      if (!stopped) {
        ended = true;
        takeBack();
        int signal = status & 0x7f;
        return signal == 0 ? status >> 8 & 0xff : 128 + signal;
      }
      if (terminal.isPresent()) {
        stopWithProgram();
      }
    }
  }

  private void takeBack() throws IOException {
    if (terminal.isPresent()) {
      TerminalCalls.setForeground(terminal.get(), ownGroup);
    }
  }

  private void stopWithProgram() throws IOException {
    byte[] modes = TerminalCalls.modes(terminal.get());
    takeBack();
    ProcessCalls.kill(0, SIGSTOP);
    TerminalCalls.setModes(terminal.get(), modes);
    handOver();
  }
}

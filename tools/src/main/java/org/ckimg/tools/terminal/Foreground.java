package org.ckimg.tools.terminal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ckimg.linux.remote.TargetEndedException;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SignalCalls;
import org.ckimg.linux.sys.SignalRelay;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.spec.model.Terminal;

/**
 * The program while ckimg waits for it: it has the terminal, gets the signals that ckimg gets, is
 * stopped and continued with ckimg, and ends ckimg with its own status.
 */
public final class Foreground {
  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGQUIT = 3;
  private static final int SIGUSR1 = 10;
  private static final int SIGTERM = 15;
  private static final int SIGCHLD = 17;
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;
  private static final int SIGTSTP = 20;
  private static final int SIGTTIN = 21;
  private static final int SIGTTOU = 22;
  private static final int SIGWINCH = 28;

  /** A program that was asked to stop may do something else first. */
  private static final long RESUME_NANOS = 2_000_000_000;

  private final int pid;
  private final int group;
  private final Optional<SharedTerminal> shared;
  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private Optional<Repeated> repeated = Optional.empty();
  private long resumesUntil = System.nanoTime();
  private volatile boolean isAskedToStop;
  private volatile Runnable resized = () -> {};

  /** Something to do between looking whether the program has ended. */
  public interface Task {
    /** Does it. */
    void run() throws IOException;
  }

  private record Repeated(long nanos, Task task) {}

  /**
   * The caller's terminal, while the program has it.
   *
   * @param fd of it
   * @param ownGroup ckimg's process group
   * @param ownModes modes before
   */
  private record SharedTerminal(int fd, int ownGroup, byte[] ownModes) {}

  private Foreground(int pid, int group, Optional<SharedTerminal> shared) {
    this.pid = pid;
    this.group = group;
    this.shared = shared;
  }

  /**
   * The signals that are the program's. The virtual machine keeps SIGUSR2, and nobody can have
   * SIGKILL and SIGSTOP.
   */
  public static SignalRelay signals() throws SyscallException {
    return SignalRelay.of(SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGTERM, SIGCHLD, SIGWINCH);
  }

  /**
   * Gives the program the terminal, when ckimg has it and before it runs.
   *
   * @param signals since before the program was started
   * @param group that gets it
   * @param recorded how the program had left its terminal
   */
  public static Foreground of(SignalRelay signals, int pid, int group, Optional<Terminal> recorded)
      throws IOException {
    Foreground foreground = new Foreground(pid, group, shared(pid));
    if (foreground.shared.isPresent()) {
      // In the background even setting the terminal would stop us.
      SignalCalls.ignore(SIGTTOU);
      SignalCalls.ignore(SIGTTIN);
      try {
        foreground.takeOver(recorded);
      } catch (IOException e) {
        foreground.abandon(e);
        throw e;
      }
    }
    Thread.ofPlatform().daemon().name("signals").start(() -> foreground.relay(signals));
    return foreground;
  }

  private static Optional<SharedTerminal> shared(int pid) throws IOException {
    Optional<Integer> terminal = TerminalCalls.standard();
    if (terminal.isEmpty()
        || ProcessCalls.session(pid) != ProcessCalls.session(0)
        || !isForeground(terminal.get())) {
      return Optional.empty();
    }
    int fd = terminal.get();
    return Optional.of(new SharedTerminal(fd, ProcessCalls.group(0), TerminalCalls.modes(fd)));
  }

  /**
   * True when ckimg has this terminal: a job in the background has not, and nor has one of a
   * session with another terminal or none.
   */
  public static boolean isForeground(int terminal) throws SyscallException {
    try {
      return TerminalCalls.foreground(terminal) == ProcessCalls.group(0);
    } catch (SyscallException e) {
      if (e.errno() == Errno.ENOTTY) {
        return false;
      }
      throw e;
    }
  }

  private void takeOver(Optional<Terminal> recorded) throws IOException {
    int fd = shared.orElseThrow().fd();
    TerminalCalls.setForeground(fd, group);
    if (recorded.isPresent()) {
      TerminalCalls.setModes(fd, recorded.get().modes().toArray());
    }
  }

  /**
   * A program that came back and uses the whole screen is to draw it. One that handles being
   * stopped is stopped and continued as by ^Z and fg: it sets the terminal up again too, whose keys
   * and screens are in a state that nobody knows.
   *
   * @param terminal that it has
   * @param handlesStops false for a shell's job: the shell would take the terminal
   */
  public void redraw(int terminal, boolean handlesStops) throws SyscallException {
    if (handlesStops) {
      resumesUntil = System.nanoTime() + RESUME_NANOS;
      isAskedToStop = true;
      ProcessCalls.kill(-group, SIGTSTP);
    } else {
      Redraw.ask(terminal, Redraw.BLIND);
    }
  }

  /** The caller's terminal, when the program has it. */
  public Optional<Integer> terminal() {
    return shared.map(SharedTerminal::fd);
  }

  /** Nothing of this waits for an image that is being written. */
  private void relay(SignalRelay signals) {
    try {
      while (true) {
        int signal = signals.next();
        switch (signal) {
          case SIGCHLD -> tasks.add(() -> {});
          case SIGWINCH -> resized.run();
          default -> pass(signal);
        }
      }
    } catch (SyscallException e) {
      throw new AssertionError("the pipe of the signals", e);
    }
  }

  private void pass(int signal) {
    try {
      ProcessCalls.kill(pid, signal);
    } catch (SyscallException e) {
      // It ended meanwhile.
      return;
    }
  }

  /** What is done when the caller's window has another size. */
  public void whenResized(Runnable action) {
    resized = action;
  }

  /** Lets the waiting thread do something. */
  public void ask(Task task) {
    tasks.add(task);
  }

  /** Lets the waiting thread do something each time that {@code period} has passed. */
  public void repeat(Duration period, Task task) {
    repeated = Optional.of(new Repeated(period.toNanos(), task));
  }

  /** First the terminal, then the signal: the other way round it stops again at once. */
  private void handOver() throws IOException {
    TerminalCalls.setForeground(shared.orElseThrow().fd(), group);
    ProcessCalls.kill(-group, SIGCONT);
  }

  /** The program did not come to run; what cannot be put back is told with {@code cause}. */
  public void abandon(Throwable cause) {
    try {
      end();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Waits for the end: exit status, or 128 + signal. */
  public int await() throws IOException {
    long start = System.nanoTime();
    while (true) {
      OptionalInt end = look();
      if (end.isPresent()) {
        return end.getAsInt();
      }
      try {
        Optional<Task> task = next(start);
        if (task.isPresent()) {
          task.get().run();
        } else {
          start = System.nanoTime();
          repeated.orElseThrow().task().run();
        }
      } catch (TargetEndedException e) {
        if (e.pid() == pid) {
          // Who traced it was told, and nobody else is.
          end();
          return code(e.status());
        }
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts the main thread", e);
      }
    }
  }

  /** Empty when the time has come for what is repeated. */
  private Optional<Task> next(long start) throws InterruptedException {
    if (repeated.isEmpty()) {
      return Optional.of(tasks.take());
    }
    long left = repeated.get().nanos() - (System.nanoTime() - start);
    return Optional.ofNullable(tasks.poll(left, TimeUnit.NANOSECONDS));
  }

  private OptionalInt look() throws IOException {
    ProcessCalls.Waited waited =
        ProcessCalls.wait(pid, ProcessCalls.WUNTRACED | ProcessCalls.WNOHANG);
    if (waited.pid() == 0) {
      return OptionalInt.empty();
    }
    boolean stopped = (waited.status() & 0xff) == 0x7f;
    if (!stopped) {
      end();
      return OptionalInt.of(code(waited.status()));
    }
    if (shared.isEmpty()) {
      continueOnce();
    } else if (System.nanoTime() - resumesUntil < 0) {
      handOver();
    } else {
      stopWithProgram(shared.get());
    }
    return OptionalInt.empty();
  }

  /**
   * No shell continues a program on a terminal of its own. The kernel does not stop it by SIGTSTP
   * there; one that stops itself by SIGSTOP in its handler, as top does, was asked to.
   */
  private void continueOnce() throws SyscallException {
    if (isAskedToStop) {
      isAskedToStop = false;
      ProcessCalls.kill(-group, SIGCONT);
    }
  }

  private static int code(int status) {
    int signal = status & 0x7f;
    return signal == 0 ? status >> 8 & 0xff : 128 + signal;
  }

  private void end() throws IOException {
    if (shared.isPresent()) {
      takeBack(shared.get());
    }
  }

  private static void takeBack(SharedTerminal terminal) throws IOException {
    try {
      TerminalCalls.setForeground(terminal.fd(), terminal.ownGroup());
    } finally {
      TerminalCalls.setModes(terminal.fd(), terminal.ownModes());
    }
  }

  private void stopWithProgram(SharedTerminal terminal) throws IOException {
    byte[] modes = TerminalCalls.modes(terminal.fd());
    takeBack(terminal);
    ProcessCalls.kill(0, SIGSTOP);
    TerminalCalls.setModes(terminal.fd(), modes);
    handOver();
  }
}

package org.ckimg.tools.terminal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.remote.Launch;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.SignalRelay;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.linux.tty.HeldPty;
import org.ckimg.tools.cli.Console;

/** A program that runs under ckimg, on a terminal that ckimg stands behind, or without one. */
public final class Session implements AutoCloseable {
  private static final int STANDARD_INPUT = 0;

  private final Console console;
  private final int pid;
  private final Foreground foreground;
  private Optional<TerminalProxy> proxy = Optional.empty();
  private volatile Foreground.Task asked = () -> {};

  private Session(Console console, int pid, Foreground foreground) {
    this.console = console;
    this.pid = pid;
    this.foreground = foreground;
  }

  /**
   * A program that runs, or is about to.
   *
   * @param foreground that waits for it
   */
  public static Session of(Console console, int pid, Foreground foreground) {
    return new Session(console, pid, foreground);
  }

  /**
   * Starts a command. Where a person sits at the keyboard and there is a key to watch for, it gets
   * a pseudo terminal of its own.
   *
   * @param variables of its environment
   */
  public static Session start(
      Console console, List<String> command, Map<String, String> variables, Optional<Key> key)
      throws IOException {
    SignalRelay signals = Foreground.signals();
    Optional<TerminalCalls.Pair> pair =
        key.isPresent() && isAtKeyboard() ? Optional.of(terminal()) : Optional.empty();
    try {
      return start(console, signals, launch(command, variables, pair), pair, key);
    } catch (IOException | RuntimeException e) {
      pair.ifPresent(terminal -> FileCalls.close(terminal.master()));
      throw e;
    } finally {
      pair.ifPresent(terminal -> FileCalls.close(terminal.slave()));
    }
  }

  private static Session start(
      Console console,
      SignalRelay signals,
      Launch launch,
      Optional<TerminalCalls.Pair> pair,
      Optional<Key> key)
      throws IOException {
    try {
      Foreground foreground = Foreground.of(signals, launch.pid(), launch.pid(), Optional.empty());
      Session session = new Session(console, launch.pid(), foreground);
      if (pair.isPresent()) {
        session.attach(pair.get().master(), key);
      }
      launch.proceed();
      return session;
    } catch (IOException | RuntimeException e) {
      launch.abandon();
      throw e;
    }
  }

  private static boolean isAtKeyboard() throws SyscallException {
    return TerminalCalls.isTerminal(STANDARD_INPUT) && Foreground.isForeground(STANDARD_INPUT);
  }

  /** A terminal as the caller's is now. */
  private static TerminalCalls.Pair terminal() throws SyscallException {
    TerminalCalls.Pair pair = TerminalCalls.open();
    TerminalCalls.setModes(pair.slave(), TerminalCalls.modes(STANDARD_INPUT));
    TerminalCalls.setWindow(pair.slave(), TerminalCalls.window(STANDARD_INPUT));
    return pair;
  }

  /** What was sent elsewhere than to the keyboard's terminal goes there still. */
  private static Launch launch(
      List<String> command, Map<String, String> variables, Optional<TerminalCalls.Pair> pair)
      throws IOException {
    if (pair.isEmpty()) {
      return Launch.of(command, variables, Optional.empty());
    }
    long device = FileCalls.status(STANDARD_INPUT).rdev();
    List<Integer> fds = new ArrayList<>();
    for (int fd : List.of(0, 1, 2)) {
      if (TerminalCalls.isTerminal(fd) && FileCalls.status(fd).rdev() == device) {
        fds.add(fd);
      }
    }
    String name = TerminalCalls.slaveName(pair.get().master());
    return Launch.of(command, variables, Optional.of(new Launch.OnTerminal(name, fds)));
  }

  /**
   * Stands between the caller and the program's terminal from now on.
   *
   * @param master side of it
   * @param key to watch for
   */
  public void attach(int master, Optional<Key> key) throws IOException {
    TerminalProxy started =
        TerminalProxy.start(master, key, () -> foreground.ask(() -> asked.run()));
    proxy = Optional.of(started);
    foreground.whenResized(() -> {
      try {
        started.resize();
      } catch (SyscallException e) {
        // One of the terminals is gone.
        return;
      }
    });
  }

  /** The program came back and runs. */
  public void redraw(Returning returning) throws SyscallException {
    Optional<Integer> terminal =
        proxy.isPresent() ? Optional.of(proxy.get().master()) : foreground.terminal();
    if (terminal.isPresent() && returning.draws()) {
      if (returning.handlesStops()) {
        rememberCursor();
      }
      foreground.redraw(terminal.get(), returning.handlesStops());
    }
  }

  /**
   * A program that leaves its own screen puts the cursor where it was when that screen was entered,
   * which on this terminal was never, or by another program.
   */
  private static void rememberCursor() throws SyscallException {
    Optional<Integer> terminal = TerminalCalls.standard();
    if (terminal.isPresent() && !"dumb".equals(System.getenv("TERM"))) {
      try (Arena arena = Arena.ofConfined()) {
        byte[] throughTheOtherScreen = "\033[?1049h\033[?1049l".getBytes(StandardCharsets.US_ASCII);
        FileCalls.write(terminal.get(), NativeBytes.copyOf(arena, throughTheOtherScreen));
      }
    }
  }

  /** What the key does. */
  public void whenAsked(Foreground.Task task) {
    asked = task;
  }

  /** Process id of the program. */
  public int pid() {
    return pid;
  }

  /** Its terminal, where ckimg stands behind it. */
  public Optional<HeldPty> pty() {
    return proxy.map(TerminalProxy::pty);
  }

  /** Who waits for it. */
  public Foreground foreground() {
    return foreground;
  }

  /** The process group that has the program's terminal; that of the program without one. */
  public int group() throws SyscallException {
    return proxy.isPresent() ? proxy.get().foreground() : pid;
  }

  /** Prints a line, whatever the program has made of the terminal. */
  public void say(String line) {
    if (proxy.isEmpty()) {
      console.err().println(line);
      console.err().flush();
      return;
    }
    try {
      proxy.get().say(line);
    } catch (SyscallException e) {
      // The terminal is gone.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    if (proxy.isPresent()) {
      proxy.get().close();
    }
  }
}

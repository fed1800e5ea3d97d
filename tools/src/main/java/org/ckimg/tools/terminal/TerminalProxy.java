package org.ckimg.tools.terminal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.linux.tty.HeldPty;

/**
 * Stands between the caller and the pseudo terminal of a session leader: copies what is typed and
 * what is printed, tells the size of the window, and watches for a key. Every other key goes to the
 * program; that of ^C becomes a signal at its own terminal.
 */
public final class TerminalProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int STANDARD_INPUT = 0;
  private static final int STANDARD_OUTPUT = 1;
  private static final int AGAIN_MILLIS = 300;
  private static final long LAST_OUTPUT_MILLIS = 2_000;
  private static final long SEQUENCE_NANOS = 100_000_000;

  /** Of a program that draws, but not at once. */
  private static final long DRAW_NANOS = 300_000_000;

  /** How long a line can be read before a program draws over it. */
  private static final long READ_NANOS = 700_000_000;

  private final int master;

  /** Held so that a program can close its terminal for a while. */
  private final int slave;

  private final Lock typing = new ReentrantLock();
  private final Optional<Integer> terminal;
  private final Optional<byte[]> modes;
  private final Screen screen = new Screen();
  private final Object covering = new Object();
  private final Thread output;
  private long prints;
  private volatile boolean covered;

  private TerminalProxy(int master) throws IOException {
    this.master = master;
    this.slave = TerminalCalls.slave(master, FileCalls.O_RDWR | FileCalls.O_NONBLOCK);
    this.terminal = TerminalCalls.standard();
    this.modes =
        terminal.isPresent() ? Optional.of(TerminalCalls.modes(terminal.get())) : Optional.empty();
    this.output = daemon("terminal output", this::copyOutput);
  }

  /**
   * Begins to copy.
   *
   * @param master side of a pseudo terminal
   * @param key that is not the program's
   * @param asked what the key does
   */
  public static TerminalProxy start(int master, Optional<Key> key, Runnable asked)
      throws IOException {
    TerminalProxy proxy = new TerminalProxy(master);
    if (proxy.terminal.isPresent()) {
      proxy.resize();
      TerminalCalls.setModes(proxy.terminal.get(), TerminalCalls.raw(proxy.modes.get()));
    }
    proxy.output.start();
    daemon("terminal input", () -> proxy.copyInput(key, asked)).start();
    return proxy;
  }

  private static Thread daemon(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name(name).unstarted(work);
  }

  /** Where a person looks; without a terminal, where output goes. */
  private int out() {
    return terminal.isEmpty() || TerminalCalls.isTerminal(STANDARD_OUTPUT)
        ? STANDARD_OUTPUT
        : terminal.get();
  }

  /** Ends when the program's side is closed. */
  private void copyOutput() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES);
      int out = out();
      long n;
      while ((n = readOutput(buffer)) > 0) {
        print(out, buffer.asSlice(0, n));
      }
    } catch (SyscallException e) {
      // EIO: nobody has the other side open any more.
      return;
    }
  }

  /** While it is looked what was typed, reads do not wait. */
  private long readOutput(MemorySegment buffer) throws SyscallException {
    while (true) {
      try {
        return FileCalls.read(master, buffer);
      } catch (SyscallException e) {
        if (e.errno() != Errno.EAGAIN) {
          throw e;
        }
        FileCalls.isReadable(master, -1);
      }
    }
  }

  /**
   * A program that survives its terminal, as under nohup(1), must not wait for somebody to read.
   */
  private void print(int out, MemorySegment printed) {
    synchronized (screen) {
      try {
        FileCalls.write(out, printed);
      } catch (SyscallException e) {
        return;
      } finally {
        screen.print(printed);
        prints++;
        screen.notifyAll();
      }
    }
  }

  /** Ends at the end of the input. */
  private void copyInput(Optional<Key> key, Runnable asked) {
    KeyWatch.Typed typed =
        new KeyWatch.Typed() {
          @Override
          public void pass(MemorySegment bytes) throws SyscallException {
            uncover();
            typing.lock();
            try {
              FileCalls.write(master, bytes);
            } finally {
              typing.unlock();
            }
          }

          @Override
          public void ask() {
            asked.run();
          }
        };
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES);
      if (key.isPresent()) {
        copyInput(buffer, new KeyWatch(key.get(), typed));
        return;
      }
      long n;
      while ((n = FileCalls.read(STANDARD_INPUT, buffer)) > 0) {
        typed.pass(buffer.asSlice(0, n));
      }
    } catch (SyscallException e) {
      // The caller's terminal is gone, or the program's.
      return;
    }
  }

  private static void copyInput(MemorySegment buffer, KeyWatch watch) throws SyscallException {
    while (true) {
      if (watch.isPending() && !FileCalls.isReadable(STANDARD_INPUT, AGAIN_MILLIS)) {
        watch.expire();
      }
      long n = FileCalls.read(STANDARD_INPUT, buffer);
      if (n == 0) {
        return;
      }
      watch.type(buffer.asSlice(0, n));
    }
  }

  /** The window has another size now; the program is told. */
  public void resize() throws SyscallException {
    if (terminal.isPresent()) {
      TerminalCalls.setWindow(master, TerminalCalls.window(terminal.get()));
    }
  }

  /** What is typed is kept in it meanwhile. */
  HeldPty pty() {
    return new HeldPty(master, slave, typing);
  }

  /** The side of the program's terminal that a person sits at. */
  int master() {
    return master;
  }

  /** The group that has the program's terminal, 0 for none. */
  public int foreground() throws SyscallException {
    return TerminalCalls.foreground(master);
  }

  /**
   * Prints a line of ckimg's own. On a screen of its own, what a program has drawn does not move:
   * the last row is covered until a key is typed. Elsewhere a program that does not just print
   * lines draws again after a moment in which the line can be read.
   */
  public void say(String line) throws SyscallException {
    synchronized (screen) {
      awaitEndOfSequence();
      covered = !TerminalCalls.isCanonical(TerminalCalls.modes(master));
      if (screen.isAlternate()) {
        print("\0337\033[999;1H\033[7m" + cut(line) + "\033[0m\033[K\0338");
        return;
      }
      print((screen.isAtLineStart() ? "" : "\r\n") + line + "\r\n");
    }
    daemon("terminal message", this::uncoverSoon).start();
  }

  private void uncoverSoon() {
    LockSupport.parkNanos(READ_NANOS);
    try {
      uncover();
    } catch (SyscallException e) {
      // One of the terminals is gone.
      return;
    }
  }

  private String cut(String line) throws SyscallException {
    int columns = TerminalCalls.window(master).columns();
    return columns > 1 && line.length() >= columns ? line.substring(0, columns - 1) : line;
  }

  private void print(String text) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      FileCalls.write(out(), NativeBytes.copyOf(arena, text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void awaitEndOfSequence() {
    awaitPrint(SEQUENCE_NANOS, screen::isBetweenSequences);
  }

  private void awaitDrawing(Redraw.Change change) throws SyscallException {
    synchronized (screen) {
      long before = prints;
      change.make();
      awaitPrint(DRAW_NANOS, () -> prints != before);
    }
  }

  /** Waits, with the lock of the screen, until what is printed has led to this. */
  private void awaitPrint(long nanos, BooleanSupplier enough) {
    long end = System.nanoTime() + nanos;
    long left = nanos;
    while (!enough.getAsBoolean() && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(screen, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      left = end - System.nanoTime();
    }
  }

  /** What is typed meanwhile waits. */
  private void uncover() throws SyscallException {
    synchronized (covering) {
      if (covered) {
        covered = false;
        Redraw.ask(master, this::awaitDrawing);
      }
    }
  }

  /** Waits for what the program has printed last, and gives the caller's terminal back. */
  @Override
  public void close() throws IOException {
    FileCalls.close(slave);
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

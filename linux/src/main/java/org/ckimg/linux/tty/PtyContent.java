package org.ckimg.linux.tty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Poll;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.linux.sys.TerminalCalls;

/**
 * What waits in a pseudo terminal, and whether its output is stopped.
 *
 * <p>The kernel lets nobody look at it: it is taken out, and given back. Lines are read as lines,
 * for what ended one that has no line feed at its end is known to the kernel alone; a line that
 * nobody has ended is readable only without lines. Everybody who has the terminal stands still.
 *
 * @param input what was typed and not read
 * @param lines lengths of what single reads of it give; what follows them is a line without an end,
 *     or input without lines
 * @param output what was written by the program and not read by the master
 * @param stopped true when output waits for VSTART or TCOON
 */
public record PtyContent(byte[] input, List<Integer> lines, byte[] output, boolean stopped) {
  /** Longer than any line, and than what a master has at once. */
  private static final int READ_BYTES = 8192;

  /** What n_tty of the kernel holds. */
  private static final int ROOM = 4095;

  private static final int ROUNDS = 16;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final byte STOP = 0x13;
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  /** Copies the list. */
  public PtyContent {
    lines = List.copyOf(lines);
  }

  /** Does it with a terminal of our own: what has never been done takes a hundred times as long. */
  public static void rehearse() throws IOException {
    TerminalCalls.Pair pair = TerminalCalls.open();
    try {
      byte[] modes = TerminalCalls.modes(pair.slave());
      PtyContent sample =
          new PtyContent(new byte[] {'a', '\n', 'b'}, List.of(2), new byte[] {'c'}, false);
      for (int round = 0; round < ROUNDS; round++) {
        sample.give(pair.master(), pair.slave(), modes);
        take(pair.master(), pair.slave(), modes);
      }
    } finally {
      FileCalls.close(pair.slave());
      FileCalls.close(pair.master());
    }
  }

  /** What was taken out by now. */
  private static final class Taken {
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private final List<Integer> lines = new ArrayList<>();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private boolean stopped;

    private PtyContent content() {
      return new PtyContent(input.toByteArray(), lines, output.toByteArray(), stopped);
    }
  }

  /**
   * Takes everything out; the modes are then such that {@link #give} must follow. When that fails,
   * what was taken out is given back.
   *
   * @param slave one that may be read
   * @param modes of the terminal
   */
  public static PtyContent take(int master, int slave, byte[] modes) throws IOException {
    return take(
        master,
        slave,
        modes,
        taken -> {
          takeTyped(slave, modes, taken);
          drain(master, taken.output);
          taken.stopped = isStopped(slave);
        });
  }

  /** The same, of a terminal whose master somebody reads all the time. */
  static PtyContent takeTyped(int master, int slave, byte[] modes) throws IOException {
    return take(
        master,
        slave,
        modes,
        taken -> {
          boolean stopped = isStopped(slave);
          takeTyped(slave, modes, taken);
          taken.stopped = stopped;
        });
  }

  private static PtyContent take(int master, int slave, byte[] modes, Taking taking)
      throws IOException {
    Taken taken = new Taken();
    try {
      taking.into(taken);
    } catch (IOException | RuntimeException e) {
      all(
          () -> {
            throw e;
          },
          () -> taken.content().give(master, slave, modes));
    }
    return taken.content();
  }

  private static void takeTyped(int slave, byte[] modes, Taken taken) throws IOException {
    Modes known = new Modes(modes);
    if (known.hasLines()) {
      int length;
      while ((length = read(slave, taken.input)) >= 0) {
        taken.lines.add(length);
      }
    }
    TerminalCalls.setModes(slave, known.withoutLines().raw());
    drain(slave, taken.input);
  }

  /** Where nothing waits to be read by the master. */
  private static boolean isStopped(int slave) throws SyscallException {
    return (Poll.events(slave, Poll.OUT) & Poll.OUT) == 0;
  }

  private static void drain(int fd, ByteArrayOutputStream into) throws IOException {
    int length;
    do {
      length = read(fd, into);
    } while (length > 0);
  }

  /** Bytes of one read; -1 when there is nothing. */
  private static int read(int fd, ByteArrayOutputStream into) throws IOException {
    if ((Poll.events(fd, Poll.IN) & Poll.IN) == 0) {
      return -1;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(READ_BYTES);
      int length = (int) FileCalls.read(fd, buffer);
      into.write(NativeBytes.bytes(buffer, length));
      return length;
    }
  }

  /**
   * Puts everything into a terminal in which nothing waits, and sets its modes. Whatever of that
   * fails, the rest is done: a terminal that has lost what waited in it still works.
   *
   * @param slave one that may be written, and does not block
   * @param modes that it has then
   */
  public void give(int master, int slave, byte[] modes) throws IOException {
    byte[] typed = typed();
    boolean nothing = typed.length == 0 && output.length == 0 && !stopped;
    all(
        () -> {
          if (!nothing) {
            give(master, slave, new Modes(modes), typed);
          }
        },
        () -> TerminalCalls.setModes(slave, modes));
  }

  private void give(int master, int slave, Modes modes, byte[] typed) throws IOException {
    Modes plain = modes.plain(end());
    long flags = FileCalls.fcntl(master, F_GETFL, 0);
    all(
        () -> {
          TerminalCalls.setModes(slave, plain.raw());
          TerminalCalls.setStopped(slave, false);
          write(slave, output);
        },
        () -> {
          FileCalls.fcntl(master, F_SETFL, flags | FileCalls.O_NONBLOCK);
          write(master, typed);
          boolean byLine = plain.hasLines();
          await("input", () -> isThere(slave, byLine));
        },
        () -> {
          if (stopped) {
            stop(master, slave, modes, plain);
          }
        },
        () -> FileCalls.fcntl(master, F_SETFL, flags));
  }

  /**
   * Lets a person see the line that was not ended, as VREPRINT does.
   *
   * @param modes of the terminal
   */
  public void reprint(int master, byte[] modes) throws IOException {
    OptionalInt character = new Modes(modes).reprint();
    if (input.length > ended() && character.isPresent()) {
      write(master, new byte[] {(byte) character.getAsInt()});
    }
  }

  private int ended() {
    return lines.stream().mapToInt(Integer::intValue).sum();
  }

  /** Lines with their ends, as a master types them. */
  private byte[] typed() {
    ByteArrayOutputStream typed = new ByteArrayOutputStream();
    int done = 0;
    for (int line : lines) {
      typed.write(input, done, line);
      done += line;
      if (isEndedWithin(done, line)) {
        continue;
      }
      typed.write(end());
    }
    typed.write(input, done, input.length - done);
    return typed.toByteArray();
  }

  private boolean isEndedWithin(int end, int length) {
    return length > 0 && input[end - 1] == '\n';
  }

  /** A character that is not in the input. */
  private byte end() {
    boolean[] used = new boolean[256];
    for (byte b : input) {
      used[b & 0xff] = true;
    }
    int free = 1;
    while (free == '\n' || free < 255 && used[free]) {
      free++;
    }
    return (byte) free;
  }

  /**
   * What is typed goes through a queue that the kernel works off by and by; poll(2) waits for that
   * only where nothing can be read.
   */
  private boolean isThere(int slave, boolean byLine) throws SyscallException {
    boolean readable = (Poll.events(slave, Poll.IN) & Poll.IN) != 0;
    return (lines.isEmpty() || readable) && TerminalCalls.unread(slave) >= countable(byLine);
  }

  /** Bytes that FIONREAD must tell: lines that are complete, as far as the kernel has room. */
  private int countable(boolean byLine) {
    if (!byLine) {
      return Math.min(input.length, ROOM);
    }
    int bytes = 0;
    int taken = 0;
    for (int line : lines) {
      taken += line + 1;
      if (taken > ROOM) {
        break;
      }
      bytes += line;
    }
    return bytes;
  }

  private static void stop(int master, int slave, Modes modes, Modes plain) throws IOException {
    if (!modes.isStoppable()) {
      TerminalCalls.setStopped(slave, true);
      return;
    }
    TerminalCalls.setModes(slave, plain.stoppedBy(STOP).raw());
    write(master, new byte[] {STOP});
    await("that its output is stopped", () -> isStopped(slave));
  }

  private static void write(int fd, byte[] bytes) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = NativeBytes.copyOf(arena, bytes);
      long done = 0;
      while (done < bytes.length) {
        long result = Syscalls.call(Sys.WRITE, fd, from.address() + done, bytes.length - done);
        if (result == -Errno.EAGAIN && System.nanoTime() < deadline) {
          Thread.onSpinWait();
        } else if (result != -Errno.EINTR) {
          done += Syscalls.check("write", result, "what waited in a pseudo terminal");
        }
      }
    }
  }

  /** Takes something out. */
  private interface Taking {
    void into(Taken taken) throws IOException;
  }

  /** Something to be done. */
  private interface Step {
    void run() throws IOException;
  }

  /** Does all of them, whatever fails, and tells all that failed. */
  private static void all(Step... steps) throws IOException {
    IOException failed = null;
    for (Step step : steps) {
      try {
        step.run();
      } catch (IOException | RuntimeException e) {
        IOException told = e instanceof IOException known ? known : new IOException(e);
        failed =
            failed == null
                ? told
                : new IOException(failed.getMessage() + "; " + told.getMessage(), failed);
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /** A question to the kernel. */
  private interface Question {
    boolean ask() throws SyscallException;
  }

  private static void await(String what, Question question) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!question.ask()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("a pseudo terminal does not take back what waited in it: " + what);
      }
      Thread.onSpinWait();
    }
  }
}

package org.ckimg.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.stream.Stream;

/** Terminals, ioctl_tty(2). */
public final class TerminalCalls {
  /** Makes a terminal the controlling one of the calling session leader. */
  public static final int TIOCSCTTY = 0x540e;

  /** Sets the foreground process group. */
  public static final int TIOCSPGRP = 0x5410;

  /** Tells the device of a terminal, also of what /dev/tty and a master lead to. */
  private static final int TIOCGDEV = 0x80045432;

  private static final int TIOCGPTLCK = 0x80045439;
  private static final int TIOCGPKT = 0x80045438;
  private static final int TIOCGEXCL = 0x80045440;
  private static final int TIOCPKT = 0x5420;
  private static final int TIOCEXCL = 0x540c;
  private static final int TIOCNXCL = 0x540d;
  private static final int TCXONC = 0x540a;
  private static final int TCOOFF = 0;
  private static final int TCOON = 1;
  private static final int FIONREAD = 0x541b;
  private static final int TIOCGPGRP = 0x540f;
  private static final int TIOCGWINSZ = 0x5413;
  private static final int TIOCSWINSZ = 0x5414;
  private static final int TIOCGPTPEER = 0x5441;
  private static final int TIOCGPTN = 0x80045430;
  private static final int TIOCSPTLCK = 0x40045431;
  private static final int TCGETS2 = 0x802c542a;
  private static final int TCSETSW2 = 0x402c542c;
  private static final int TERMIOS_BYTES = 44;
  private static final int LOCAL_FLAGS_OFFSET = 12;
  private static final int ICANON = 2;
  private static final int CONTROL_CHARACTERS_OFFSET = 17;
  private static final int VTIME = 5;
  private static final int VMIN = 6;

  private TerminalCalls() {}

  /**
   * Size of a terminal's window, in characters.
   *
   * @param rows 0 when nobody has told
   * @param columns likewise
   */
  public record Window(int rows, int columns) {}

  /**
   * A pseudo terminal, pty(7).
   *
   * @param master descriptor of the side that a person sits at
   * @param slave descriptor of the program's side
   */
  public record Pair(int master, int slave) {}

  /** True when the descriptor is a terminal. */
  public static boolean isTerminal(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      return Syscalls.call(Sys.IOCTL, fd, TCGETS2, arena.allocate(64, 8).address()) == 0;
    }
  }

  /** The first of this process's descriptors 0, 1 and 2 that is a terminal. */
  public static Optional<Integer> standard() {
    return Stream.of(0, 1, 2).filter(TerminalCalls::isTerminal).findFirst();
  }

  /** Modes of a terminal, {@code struct termios2}, 44 bytes. */
  public static byte[] modes(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment modes = arena.allocate(64, 8);
      Syscalls.check(
          "tcgetattr", Syscalls.call(Sys.IOCTL, fd, TCGETS2, modes.address()), "fd " + fd);
      return NativeBytes.bytes(modes, TERMIOS_BYTES);
    }
  }

  /** Sets the modes when all output was written. */
  public static void setModes(int fd, byte[] modes) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      Syscalls.check(
          "tcsetattr",
          Syscalls.call(Sys.IOCTL, fd, TCSETSW2, NativeBytes.copyOf(arena, modes).address()),
          "fd " + fd);
    }
  }

  /** The modes with which every key goes through as it is, as cfmakeraw(3) makes them. */
  public static byte[] raw(byte[] modes) {
    byte[] raw = modes.clone();
    java.util.Arrays.fill(raw, 0, 8, (byte) 0);
    java.util.Arrays.fill(raw, LOCAL_FLAGS_OFFSET, LOCAL_FLAGS_OFFSET + 4, (byte) 0);
    raw[CONTROL_CHARACTERS_OFFSET + VTIME] = 0;
    raw[CONTROL_CHARACTERS_OFFSET + VMIN] = 1;
    return raw;
  }

  /** True of modes in which the program gets lines, which the terminal lets a person edit. */
  public static boolean isCanonical(byte[] modes) {
    return (modes[LOCAL_FLAGS_OFFSET] & ICANON) != 0;
  }

  /** Bytes of input that nobody has read; of lines, only those that are complete. */
  public static int unread(int fd) throws SyscallException {
    return ask(fd, FIONREAD, "FIONREAD");
  }

  /** Number of the terminal that a descriptor leads to, as in {@code tty_nr} of proc(5). */
  public static int device(int fd) throws SyscallException {
    return ask(fd, TIOCGDEV, "TIOCGDEV");
  }

  /** True when the slave of a master cannot be opened. */
  public static boolean isLocked(int master) throws SyscallException {
    return ask(master, TIOCGPTLCK, "TIOCGPTLCK") != 0;
  }

  /** True when reads of a master begin with a byte that says what kind they are. */
  public static boolean isPacketMode(int master) throws SyscallException {
    return ask(master, TIOCGPKT, "TIOCGPKT") != 0;
  }

  /** True when nobody else may open a terminal. */
  public static boolean isExclusive(int fd) throws SyscallException {
    return ask(fd, TIOCGEXCL, "TIOCGEXCL") != 0;
  }

  private static int ask(int fd, int request, String name) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(4, 4);
      Syscalls.check(
          "ioctl(" + name + ")",
          Syscalls.call(Sys.IOCTL, fd, request, number.address()),
          "fd " + fd);
      return number.get(NativeBytes.INT, 0);
    }
  }

  /** Lets the slave be opened, or no more. */
  public static void setLocked(int master, boolean locked) throws SyscallException {
    tell(master, TIOCSPTLCK, locked, "TIOCSPTLCK");
  }

  /** Forgets a status that was still to be told. */
  public static void setPacketMode(int master, boolean packets) throws SyscallException {
    tell(master, TIOCPKT, packets, "TIOCPKT");
  }

  private static void tell(int fd, int request, boolean value, String name)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(4, 4);
      number.set(NativeBytes.INT, 0, value ? 1 : 0);
      Syscalls.check(
          "ioctl(" + name + ")",
          Syscalls.call(Sys.IOCTL, fd, request, number.address()),
          "fd " + fd);
    }
  }

  /** Lets nobody else open a terminal, or everybody. */
  public static void setExclusive(int fd, boolean exclusive) throws SyscallException {
    int request = exclusive ? TIOCEXCL : TIOCNXCL;
    Syscalls.check("ioctl(TIOCEXCL)", Syscalls.call(Sys.IOCTL, fd, request), "fd " + fd);
  }

  /** Stops the output or lets it go on, tcflow(3). */
  public static void setStopped(int fd, boolean stopped) throws SyscallException {
    int what = stopped ? TCOOFF : TCOON;
    Syscalls.check("ioctl(TCXONC)", Syscalls.call(Sys.IOCTL, fd, TCXONC, what), "fd " + fd);
  }

  /** Size of the window. */
  public static Window window(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 8);
      Syscalls.check(
          "ioctl(TIOCGWINSZ)",
          Syscalls.call(Sys.IOCTL, fd, TIOCGWINSZ, size.address()),
          "fd " + fd);
      return new Window(
          Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 0)),
          Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 2)));
    }
  }

  /** Sets the size; the foreground process group gets SIGWINCH when it is another one. */
  public static void setWindow(int fd, Window window) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 8);
      size.set(ValueLayout.JAVA_SHORT, 0, (short) window.rows());
      size.set(ValueLayout.JAVA_SHORT, 2, (short) window.columns());
      Syscalls.check(
          "ioctl(TIOCSWINSZ)",
          Syscalls.call(Sys.IOCTL, fd, TIOCSWINSZ, size.address()),
          "fd " + fd);
    }
  }

  /** Makes a pseudo terminal; both descriptors are close-on-exec. */
  public static Pair open() throws SyscallException {
    int master =
        FileCalls.open("/dev/ptmx", FileCalls.O_RDWR | FileCalls.O_NOCTTY | FileCalls.O_CLOEXEC);
    try {
      setLocked(master, false);
      return new Pair(master, slave(master));
    } catch (SyscallException e) {
      FileCalls.close(master);
      throw e;
    }
  }

  /** The other side of a pseudo terminal, as a new descriptor that is close-on-exec. */
  public static int slave(int master) throws SyscallException {
    return slave(master, FileCalls.O_RDWR);
  }

  /**
   * The same; no name is looked up.
   *
   * @param flags of open(2); O_NOCTTY and O_CLOEXEC are added
   */
  public static int slave(int master, int flags) throws SyscallException {
    int all = flags | FileCalls.O_NOCTTY | FileCalls.O_CLOEXEC;
    return (int)
        Syscalls.check(
            "ioctl(TIOCGPTPEER)", Syscalls.call(Sys.IOCTL, master, TIOCGPTPEER, all), "ptmx");
  }

  /** The other side's name, pts(4). */
  public static String slaveName(int master) throws SyscallException {
    return "/dev/pts/" + index(master);
  }

  /** Number of a pseudo terminal. */
  public static int index(int master) throws SyscallException {
    return ask(master, TIOCGPTN, "TIOCGPTN");
  }

  /** Foreground process group. */
  public static int foreground(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment group = arena.allocate(4, 4);
      Syscalls.check(
          "tcgetpgrp", Syscalls.call(Sys.IOCTL, fd, TIOCGPGRP, group.address()), "fd " + fd);
      return group.get(NativeBytes.INT, 0);
    }
  }

  /** Makes a process group of the session the foreground one; the caller ignores SIGTTOU. */
  public static void setForeground(int fd, int group) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(4, 4);
      number.set(NativeBytes.INT, 0, group);
      Syscalls.check(
          "tcsetpgrp", Syscalls.call(Sys.IOCTL, fd, TIOCSPGRP, number.address()), "fd " + fd);
    }
  }
}

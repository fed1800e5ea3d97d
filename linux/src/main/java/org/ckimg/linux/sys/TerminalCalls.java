package org.ckimg.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Terminals, ioctl_tty(2). */
public final class TerminalCalls {
  private static final int TCGETS = 0x5401;
  private static final int TCSETSW = 0x5403;
  private static final int TIOCGPGRP = 0x540f;
  private static final int TIOCSPGRP = 0x5410;
  private static final int TERMIOS_BYTES = 36;

  private TerminalCalls() {}

  /** True when the descriptor is a terminal. */
  public static boolean isTerminal(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      return Syscalls.call(Sys.IOCTL, fd, TCGETS, arena.allocate(64, 8).address()) == 0;
    }
  }

  /** Modes of a terminal, {@code struct termios} of the kernel. */
  public static byte[] modes(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment modes = arena.allocate(64, 8);
      Syscalls.check(
          "tcgetattr", Syscalls.call(Sys.IOCTL, fd, TCGETS, modes.address()), "fd " + fd);
      return NativeBytes.bytes(modes, TERMIOS_BYTES);
    }
  }

  /** Sets the modes when all output was written. */
  public static void setModes(int fd, byte[] modes) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      Syscalls.check(
          "tcsetattr",
          Syscalls.call(Sys.IOCTL, fd, TCSETSW, NativeBytes.copyOf(arena, modes).address()),
          "fd " + fd);
    }
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

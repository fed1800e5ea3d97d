package org.ckimg.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What can be done with a descriptor at once, poll(2). */
public final class Poll {
  public static final int IN = 0x1;
  public static final int PRI = 0x2;
  public static final int OUT = 0x4;
  public static final int ERR = 0x8;
  public static final int HUP = 0x10;
  public static final int RDHUP = 0x2000;

  private Poll() {}

  /**
   * The events there are; nothing is taken away, nothing is waited for.
   *
   * @param wanted those that are asked for; ERR and HUP always are
   */
  public static int events(int fd, int wanted) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pollfd = arena.allocate(8, 8);
      pollfd.set(NativeBytes.INT, 0, fd);
      pollfd.set(NativeBytes.SHORT, 4, (short) wanted);
      Syscalls.check("poll", Syscalls.call(Sys.POLL, pollfd.address(), 1, 0), "fd " + fd);
      return pollfd.get(NativeBytes.SHORT, 6);
    }
  }
}

package org.ckimg.linux.remote;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct clone_args} of clone3(2), 88 bytes. */
public final class CloneArgs {
  /** Size of the structure. */
  public static final int BYTES = 88;

  public static final long CLONE_NEWTIME = 0x80;
  public static final long CLONE_VM = 0x100;
  public static final long CLONE_FS = 0x200;
  public static final long CLONE_FILES = 0x400;
  public static final long CLONE_SIGHAND = 0x800;
  public static final long CLONE_PTRACE = 0x2000;
  public static final long CLONE_PARENT = 0x8000;
  public static final long CLONE_THREAD = 0x10000;
  public static final long CLONE_NEWNS = 0x20000;
  public static final long CLONE_SYSVSEM = 0x40000;
  public static final long CLONE_NEWUSER = 0x10000000;
  public static final long CLONE_NEWPID = 0x20000000;

  private CloneArgs() {}

  /**
   * The structure.
   *
   * @param flags CLONE_ bits
   * @param exitSignal must be 0 with CLONE_PARENT and CLONE_THREAD
   * @param tidsAddress where the wanted tids lie in the calling process, innermost namespace first
   * @param tids how many, 0 to let the kernel choose
   */
  public static byte[] bytes(long flags, int exitSignal, long tidsAddress, int tids) {
    ByteBuffer arguments = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    arguments.putLong(0, flags);
    arguments.putLong(32, exitSignal);
    arguments.putLong(64, tids == 0 ? 0 : tidsAddress);
    arguments.putLong(72, tids);
    return arguments.array();
  }
}

package org.ckimg.interop.criu.write;

import java.nio.ByteBuffer;

/** System calls that a stop interrupted, {@code linux/errno.h} and {@code asm/syscall.h}. */
final class Restart {
  private static final long ERESTARTSYS = -512;
  private static final long ERESTARTNOINTR = -513;
  private static final long ERESTARTNOHAND = -514;
  private static final long ERESTART_RESTARTBLOCK = -516;

  /** Bytes of the instruction syscall. */
  private static final int INSTRUCTION = 2;

  private Restart() {}

  /**
   * Puts a call that is to be made again in front of its instruction, where the registers say so.
   *
   * @param registers words of 64 bits, changed in place
   */
  static void apply(ByteBuffer registers, int call, int result, int place) {
    long number = registers.getLong(call * Long.BYTES);
    long value = registers.getLong(result * Long.BYTES);
    boolean again =
        value == ERESTARTSYS
            || value == ERESTARTNOINTR
            || value == ERESTARTNOHAND
            || value == ERESTART_RESTARTBLOCK;
    if (number >= 0 && again) {
      registers.putLong(result * Long.BYTES, number);
      registers.putLong(place * Long.BYTES, registers.getLong(place * Long.BYTES) - INSTRUCTION);
    }
  }
}

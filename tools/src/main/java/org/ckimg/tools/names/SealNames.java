package org.ckimg.tools.names;

import java.util.List;

/** F_ADD_SEALS of fcntl(2), {@code linux/fcntl.h}. */
public final class SealNames {
  private static final Bits BITS =
      new Bits(
          List.of(
              Bits.name("F_SEAL_SEAL", 0x1),
              Bits.name("F_SEAL_SHRINK", 0x2),
              Bits.name("F_SEAL_GROW", 0x4),
              Bits.name("F_SEAL_WRITE", 0x8),
              Bits.name("F_SEAL_FUTURE_WRITE", 0x10),
              Bits.name("F_SEAL_EXEC", 0x20)));

  private SealNames() {}

  /** Names of what is set. */
  public static List<String> of(int seals) {
    return BITS.of(Integer.toUnsignedLong(seals));
  }
}

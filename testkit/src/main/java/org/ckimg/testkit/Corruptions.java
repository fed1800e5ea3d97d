package org.ckimg.testkit;

import java.util.Arrays;

/** Damage to finished images; each returns new bytes. */
public final class Corruptions {
  private Corruptions() {}

  /** The first {@code length} bytes. */
  public static byte[] cut(byte[] image, int length) {
    return Arrays.copyOf(image, length);
  }

  /** How many cases there are of {@link #cutAndSeal}. */
  public static int sealedCuts(byte[] sound) {
    return new Cut(sound).cases();
  }

  /**
   * A sound image whose sections end {@code number} bytes behind the header, in the middle of one
   * where it falls so, and whose directory and footer know of nothing else. The last cases cut the
   * directory.
   */
  public static byte[] cutAndSeal(byte[] sound, int number) {
    return new Cut(sound).at(number);
  }

  /** One bit turned over; bit 0 is the lowest of byte 0. */
  public static byte[] flip(byte[] image, long bit) {
    byte[] damaged = image.clone();
    damaged[Math.toIntExact(bit / 8)] ^= (byte) (1 << bit % 8);
    return damaged;
  }

  /** Other bytes at {@code offset}, every checksum left as it was. */
  public static byte[] overwrite(byte[] image, int offset, byte... value) {
    byte[] damaged = image.clone();
    System.arraycopy(value, 0, damaged, offset, value.length);
    return damaged;
  }

  /**
   * Other bytes at {@code offset} of a sound image, and every checksum that follows from them
   * computed again, so that only a parser can find the lie.
   */
  public static byte[] overwriteAndSeal(byte[] sound, int offset, byte... value) {
    return Image.of(sound).set(offset, value).bytes();
  }
}

package org.ckimg.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Checksums and digests of the format. */
public final class Hashes {
  private Hashes() {}

  /** CRC32C of {@code image[from..to)}. */
  public static int crc32c(byte[] image, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(image, from, to - from);
    return (int) crc.getValue();
  }

  /** SHA-256 of the parts, one behind the other. */
  public static byte[] sha256(byte[]... parts) {
    MessageDigest digest = digest();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  /** SHA-256 of {@code image[from..to)}. */
  public static byte[] sha256(byte[] image, int from, int to) {
    MessageDigest digest = digest();
    digest.update(image, from, to - from);
    return digest.digest();
  }

  /** What keeps digests of different things apart: {@code ckimg1 name}, zero-filled to 16 bytes. */
  public static byte[] tag(String name) {
    return Arrays.copyOf(("ckimg1 " + name).getBytes(StandardCharsets.US_ASCII), 16);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}

package org.ckimg.reader.internal.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/** The checksums of FORMAT.md: CRC32C, and SHA-256 over a tag and bytes. */
public final class Hashes {
  private static final int TAG_BYTES = 16;

  private Hashes() {}

  /** CRC32C of {@code count} bytes from {@code from}; the buffer's position stays. */
  public static int crc(ByteBuffer bytes, int from, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, count));
    return (int) crc.getValue();
  }

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** A fresh SHA-256 that has taken the tag of this purpose. */
  public static MessageDigest tagged(String purpose) {
    MessageDigest digest = sha256();
    digest.update(tag(purpose));
    return digest;
  }

  /** {@code ckimg1 purpose}, zero-filled to 16 bytes. */
  public static byte[] tag(String purpose) {
    byte[] tag = new byte[TAG_BYTES];
    byte[] text = ("ckimg1 " + purpose).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, tag, 0, text.length);
    return tag;
  }

  /** Index of the first byte in {@code [from, to)} that is not zero, or -1. */
  public static int firstNonZero(ByteBuffer bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes.get(i) != 0) {
        return i;
      }
    }
    return -1;
  }
}

package org.ckimg.writer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** SHA-256 and the tags in front of what the digest tree hashes. */
final class Hashing {
  private static final int TAG_BYTES = 16;

  private Hashing() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** {@code ckimg1 NAME}, zero-filled to 16 bytes. */
  static byte[] tag(String name) {
    return Arrays.copyOf(("ckimg1 " + name).getBytes(StandardCharsets.US_ASCII), TAG_BYTES);
  }
}

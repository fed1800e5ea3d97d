package org.ckimg.spec.model;

import java.util.HexFormat;

/** A SHA-256 digest, 32 bytes. */
public record Digest(Bytes value) {
  /** Length in bytes. */
  public static final int LENGTH = 32;

  /** Checks the length. */
  public Digest {
    if (value.length() != LENGTH) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + value.length());
    }
  }

  /** A copy of 32 bytes. */
  public static Digest of(byte[] value) {
    return new Digest(Bytes.of(value));
  }

  /** 64 lower-case hex digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(value.toArray());
  }
}

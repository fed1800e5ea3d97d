package org.ckimg.writer;

import org.ckimg.spec.model.Bytes;

/** A key that images are signed with, wherever it is kept: Ed25519, RFC 8032. */
public interface ImageSigner {
  /** The public key, 32 bytes. */
  Bytes publicKey();

  /**
   * The signature of a message, 64 bytes.
   *
   * @param message tag and root digest of an image (FORMAT.md, section 9)
   */
  byte[] sign(byte[] message);
}

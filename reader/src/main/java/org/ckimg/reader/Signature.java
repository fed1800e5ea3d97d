package org.ckimg.reader;

import org.ckimg.reader.internal.file.Hashes;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;

/**
 * A signature over the identity of an image. It says that who holds the key signed, not that the
 * key is to be trusted.
 *
 * @param algorithm 1 Ed25519
 * @param key public key, 32 bytes
 * @param value the signature, 64 bytes
 */
public record Signature(int algorithm, Bytes key, Bytes value) {
  /** What people compare when they speak of a key: the SHA-256 of its 32 bytes. */
  public static Digest fingerprint(Bytes key) {
    return Digest.of(Hashes.sha256().digest(key.toArray()));
  }
}

package org.ckimg.tools.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.ckimg.spec.model.Bytes;

/** Public Ed25519 keys in files: PEM of a SubjectPublicKeyInfo (RFC 8410, section 4). */
public final class TrustedKey {
  static final String LABEL = "PUBLIC KEY";
  private static final int RAW_BYTES = 32;

  private TrustedKey() {}

  /**
   * Reads one, as {@code openssl pkey -pubout} writes it.
   *
   * @return the key as RFC 8032 encodes it, 32 bytes
   * @throws KeyException when the file holds something else
   */
  public static Bytes read(Path file) throws IOException {
    return of(file, Pem.read(file));
  }

  static Bytes of(Path file, Pem pem) {
    if (pem.label().endsWith(SecretKey.LABEL)) {
      throw new KeyException(file, "is a private key; the public one is needed here");
    }
    if (!pem.label().equals(LABEL)) {
      throw new KeyException(file, "holds a " + pem.label() + ", not a " + LABEL);
    }
    try {
      X509EncodedKeySpec spec = new X509EncodedKeySpec(pem.content().toArray());
      return raw(KeyFactory.getInstance(SecretKey.ALGORITHM).generatePublic(spec));
    } catch (GeneralSecurityException e) {
      throw new KeyException(file, "holds no Ed25519 key");
    }
  }

  /** What stands behind the twelve bytes that are the same for every key. */
  static Bytes raw(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return Bytes.of(encoded, encoded.length - RAW_BYTES, RAW_BYTES);
  }
}

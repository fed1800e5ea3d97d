package org.ckimg.reader.verify;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.ckimg.reader.internal.file.Hashes;
import org.ckimg.spec.model.Bytes;

/** Ed25519 (RFC 8032) over tag and root. */
final class SignatureCheck {
  /** SubjectPublicKeyInfo of an Ed25519 key, RFC 8410, up to the key itself. */
  private static final byte[] KEY_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private SignatureCheck() {}

  /** Whether {@code signature} is that of {@code root} by {@code key}; a key that is none is no. */
  static boolean fits(Bytes key, byte[] root, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(publicKey(key));
      verifier.update(Hashes.tag("sign"));
      verifier.update(root);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PublicKey publicKey(Bytes key) throws GeneralSecurityException {
    byte[] encoded = new byte[KEY_PREFIX.length + key.length()];
    System.arraycopy(KEY_PREFIX, 0, encoded, 0, KEY_PREFIX.length);
    System.arraycopy(key.toArray(), 0, encoded, KEY_PREFIX.length, key.length());
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }
}

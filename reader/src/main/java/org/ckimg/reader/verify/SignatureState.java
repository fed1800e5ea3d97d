package org.ckimg.reader.verify;

import java.util.Optional;
import org.ckimg.spec.model.Bytes;

/**
 * What the signature says. That it is valid says who signed, not that the signer is to be trusted.
 *
 * @param present true when the image has a signature
 * @param valid true when it fits the key and the identity
 * @param key public key, 32 bytes
 */
public record SignatureState(boolean present, boolean valid, Optional<Bytes> key) {
  /** No signature. */
  public static final SignatureState NONE = new SignatureState(false, false, Optional.empty());
}

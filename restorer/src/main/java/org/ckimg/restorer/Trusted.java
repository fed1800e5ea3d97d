package org.ckimg.restorer;

import java.util.Set;
import org.ckimg.spec.model.Bytes;

/**
 * Whose images are restored.
 *
 * @param required true when an image must be signed by one of the keys
 * @param keys public keys of Ed25519, 32 bytes each
 */
public record Trusted(boolean required, Set<Bytes> keys) {
  /** Copies the set. */
  public Trusted {
    keys = Set.copyOf(keys);
  }
}

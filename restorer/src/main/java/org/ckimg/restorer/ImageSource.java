package org.ckimg.restorer;

import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Bytes;

/**
 * Where an image comes from.
 *
 * @param owner user id of the file's owner; absent for one that came through a pipe
 * @param mode permission bits of the file; likewise
 * @param signer public key of a signature that was found valid, 32 bytes of Ed25519
 */
public record ImageSource(OptionalInt owner, OptionalInt mode, Optional<Bytes> signer) {
  /** An image that is no file, signed by nobody. */
  public static final ImageSource UNKNOWN =
      new ImageSource(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
}

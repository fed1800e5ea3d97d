package org.ckimg.tools.keys;

import java.io.IOException;
import java.nio.file.Path;
import org.ckimg.spec.model.Bytes;

/** A key file of either kind. */
public final class KeyFile {
  private KeyFile() {}

  /**
   * The public key of a file that holds it or the private one.
   *
   * @return 32 bytes
   * @throws KeyException when the file holds neither, or a private key that others may use
   */
  public static Bytes publicKey(Path file) throws IOException {
    Pem pem = Pem.read(file);
    return pem.label().endsWith(SecretKey.LABEL)
        ? SecretKey.of(file, pem).publicKey()
        : TrustedKey.of(file, pem);
  }
}

package org.ckimg.tools.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.ckimg.tools.keys.SecretKey;
import org.ckimg.writer.ImageSigner;
import picocli.CommandLine.Option;

/** {@code --sign KEY} of a command that makes images. */
public final class SignOption {
  @Option(
      names = "--sign",
      paramLabel = "KEY",
      description = "Sign with the private key in this file, as `ckimg key generate` makes it.")
  private Optional<Path> file = Optional.empty();

  /** Filled in by picocli. */
  public SignOption() {}

  /**
   * The key, read now: a wrong one is found before a program is touched.
   *
   * @throws org.ckimg.tools.keys.KeyException when it cannot be used
   */
  public Optional<ImageSigner> signer() throws IOException {
    return file.isPresent() ? Optional.of(SecretKey.read(file.get())) : Optional.empty();
  }
}

package org.ckimg.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file whose content changes with every input; it goes with the virtual machine. */
final class Scratch {
  private final Path path;

  Scratch(String suffix) {
    try {
      path = Files.createTempFile("ckimg-fuzz", suffix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    path.toFile().deleteOnExit();
  }

  /** The file with these bytes. */
  Path with(byte[] bytes) throws IOException {
    return Files.write(path, bytes);
  }
}

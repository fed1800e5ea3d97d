package org.ckimg.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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
    // Cut after it is written, not before: its blocks are used again.
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer content = ByteBuffer.wrap(bytes);
      while (content.hasRemaining()) {
        file.write(content);
      }
      file.truncate(bytes.length);
    }
    return path;
  }
}

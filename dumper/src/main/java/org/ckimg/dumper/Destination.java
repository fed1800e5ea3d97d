package org.ckimg.dumper;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.ckimg.writer.ImageFile;

/** Where an image goes. */
public sealed interface Destination {
  /** A file, which appears under its name when it is complete. */
  record ToFile(Path file) implements Destination {}

  /** A stream that the caller owns. */
  record ToStream(WritableByteChannel channel) implements Destination {}

  /** Opens it; an image that is not committed leaves nothing behind. */
  default Output open() throws IOException {
    return switch (this) {
      case ToFile to -> new Output(ImageFile.create(to.file()), null);
      case ToStream to -> new Output(null, to.channel());
    };
  }

  /** An open destination. */
  final class Output implements AutoCloseable {
    private final ImageFile file;
    private final WritableByteChannel stream;

    private Output(ImageFile file, WritableByteChannel stream) {
      this.file = file;
      this.stream = stream;
    }

    WritableByteChannel channel() {
      return file == null ? stream : file.channel();
    }

    void commit() throws IOException {
      if (file != null) {
        file.commit();
      }
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
      }
    }
  }
}

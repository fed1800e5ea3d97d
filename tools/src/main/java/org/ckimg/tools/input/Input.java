package org.ckimg.tools.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.ckimg.interop.PrivateFile;

/** Opens what a command is given for random access. */
public final class Input {
  private Input() {}

  /**
   * Opens a file.
   *
   * @throws org.ckimg.spec.UnsupportedImageException when it is a directory
   */
  public static FileChannel file(Path path) throws IOException {
    if (Files.exists(path.resolve("inventory.img"))) {
      throw ForeignFormat.convertible("criu");
    }
    if (Files.isDirectory(path)) {
      throw ForeignFormat.directory();
    }
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  /** Copies a stream to a private file that has no name any more. */
  public static FileChannel spool(InputStream in) throws IOException {
    FileChannel file = PrivateFile.create();
    try {
      in.transferTo(Channels.newOutputStream(file));
      return file;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }
}

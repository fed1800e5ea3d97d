package org.ckimg.tools.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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

  /**
   * Copies a stream to a private file that has no name any more: mode 0600, in the folder for
   * temporary files, gone when it is closed or this process ends.
   */
  public static FileChannel spool(InputStream in) throws IOException {
    Path path = Files.createTempFile("ckimg", null);
    // On POSIX systems the JDK unlinks such a file as soon as it is open.
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try {
      in.transferTo(Channels.newOutputStream(file));
      return file;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }
}

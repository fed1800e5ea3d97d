package org.ckimg.interop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.Set;

/** A file that nobody else can open, in the folder for temporary files. */
public final class PrivateFile {
  private static final Random NAMES = new Random();

  private PrivateFile() {}

  /**
   * Makes one: mode 0600, and gone when it is closed or this process ends, however it ends. On
   * POSIX systems the JDK unlinks a file that is deleted on close as soon as it is open.
   */
  public static FileChannel create() throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    while (true) {
      Path path = folder.resolve("ckimg" + NAMES.nextLong(Long.MAX_VALUE) + ".tmp");
      try {
        return FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE),
            permissions());
      } catch (FileAlreadyExistsException e) {
        // Somebody else's, perhaps made to be written into.
        continue;
      }
    }
  }

  private static FileAttribute<?>[] permissions() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}

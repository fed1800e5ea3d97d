package org.ckimg.tools.convert;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.ckimg.interop.criu.write.ImageFolder;

/**
 * A directory that gets its name only when everything in it is on disk. Until {@link #commit} it
 * lies beside that, as {@code .ckimg-….tmp}, and only its owner can look into it.
 */
public final class ImageDirectory implements ImageFolder, Closeable {
  private final Path target;
  private final Path temporary;
  private final List<Path> files = new ArrayList<>();
  private long lengthBytes;
  private boolean done;

  private ImageDirectory(Path target, Path temporary) {
    this.target = target;
    this.temporary = temporary;
  }

  /**
   * Makes a new directory beside {@code target}, with mode 0700.
   *
   * @throws FileAlreadyExistsException when {@code target} is there: nothing is ever overwritten
   */
  public static ImageDirectory create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path temporary = absolute.resolveSibling(".ckimg-" + UUID.randomUUID() + ".tmp");
    Files.createDirectory(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new ImageDirectory(absolute, temporary);
  }

  @Override
  public WritableByteChannel create(String name) throws IOException {
    Path file = temporary.resolve(name);
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    files.add(file);
    return channel;
  }

  /** Files that were made. */
  public int numFiles() {
    return files.size();
  }

  /** Bytes of all of them, after {@link #commit}. */
  public long lengthBytes() {
    return lengthBytes;
  }

  /** Syncs the files, and gives the directory its name. */
  public void commit() throws IOException {
    for (Path file : files) {
      sync(file);
      lengthBytes += Files.size(file);
    }
    sync(temporary);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    done = true;
    sync(target.getParent());
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes what was written, unless it was committed. */
  @Override
  public void close() throws IOException {
    if (!done) {
      done = true;
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(temporary);
    }
  }
}

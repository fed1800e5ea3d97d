package org.ckimg.writer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * A file that gets its name only when it is whole and on disk. Until {@link #commit} the bytes lie
 * beside it, in a file {@code .ckimg-….tmp} that only its owner can read; a crash leaves that one
 * behind, never a half image under the final name.
 */
public final class ImageFile implements Closeable {
  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
  };
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};
  private static final Set<StandardOpenOption> NEW_FILE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean done;

  private ImageFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /**
   * Opens a new file beside {@code target}, with mode 0600. The directory must allow it.
   *
   * @throws FileSystemException when {@code target} is there and no regular file: a device, a pipe
   *     or a link would be replaced and not written to
   */
  public static ImageFile create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(target.toString(), null, "not a regular file");
    }
    FileAttribute<?>[] attributes = isPosix(absolute) ? OWNER_ONLY : NO_ATTRIBUTES;
    Path temporary = absolute.resolveSibling(".ckimg-" + UUID.randomUUID() + ".tmp");
    return new ImageFile(absolute, temporary, FileChannel.open(temporary, NEW_FILE, attributes));
  }

  /** Where the bytes go. */
  public WritableByteChannel channel() {
    return channel;
  }

  /**
   * Syncs the file, gives it its name, replacing a file that has it, and syncs the directory. When
   * this fails before the file has its name, nothing is left.
   */
  public void commit() throws IOException {
    if (done) {
      throw new IllegalStateException("committed or aborted before");
    }
    try (this) {
      channel.force(true);
      channel.close();
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      done = true;
    }
    if (isPosix(target)) {
      try (FileChannel directory = FileChannel.open(target.getParent())) {
        directory.force(true);
      }
    }
  }

  /** Deletes what was written; does nothing after {@link #commit}. */
  public void abort() throws IOException {
    if (!done) {
      done = true;
      try (channel) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  /** Aborts, unless committed. */
  @Override
  public void close() throws IOException {
    abort();
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}

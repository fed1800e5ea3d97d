package org.ckimg.writer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that gets its name only when it is whole and on disk. Until {@link #commit} the bytes lie
 * beside it, in a file {@code .ckimg-….tmp} that only its owner can read; a crash leaves that one
 * behind, never a half image under the final name. Whoever writes it holds a lock on it, so that
 * the next image in the same folder can tell what a crash has left, and deletes it.
 */
public final class ImageFile implements Closeable {
  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
  };
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};
  private static final Set<StandardOpenOption> NEW_FILE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private static final String PREFIX = ".ckimg-";
  private static final String SUFFIX = ".tmp";

  /** Keys of files not to be opened a second time: closing that gives up the lock, fcntl(2). */
  private static final Set<Object> OWN = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final Object key;
  private boolean done;

  private ImageFile(Path target, Path temporary, FileChannel channel) throws IOException {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.key = key(temporary);
    OWN.add(key);
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
    if (!Files.exists(absolute.getParent())) {
      throw new NoSuchFileException(absolute.getParent().toString());
    }
    FileAttribute<?>[] attributes = isPosix(absolute) ? OWNER_ONLY : NO_ATTRIBUTES;
    deleteLeftovers(absolute.getParent());
    while (true) {
      Path temporary = absolute.resolveSibling(PREFIX + UUID.randomUUID() + SUFFIX);
      FileChannel channel = FileChannel.open(temporary, NEW_FILE, attributes);
      try {
        ImageFile file = new ImageFile(absolute, temporary, channel);
        // Whoever looks for leftovers has it locked, has deleted it, or leaves it alone for good.
        if (lock(channel) != Lock.TAKEN && Files.exists(temporary)) {
          return file;
        }
        file.close();
      } catch (NoSuchFileException e) {
        channel.close();
      }
    }
  }

  private static Object key(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return Optional.ofNullable(attributes.fileKey()).orElse(file);
  }

  /** What cannot be looked at or deleted stays. */
  private static void deleteLeftovers(Path folder) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path file : left) {
        deleteUnlessLocked(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return;
    }
  }

  private static void deleteUnlessLocked(Path file) {
    try {
      if (OWN.contains(key(file))) {
        return;
      }
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        if (lock(channel) == Lock.GOT) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      // It is somebody else's, or has just got its name.
      return;
    }
  }

  private enum Lock {
    GOT,
    /** Another has it. */
    TAKEN,
    /** This file system has none. */
    NONE
  }

  private static Lock lock(FileChannel channel) {
    try {
      return channel.tryLock() == null ? Lock.TAKEN : Lock.GOT;
    } catch (OverlappingFileLockException e) {
      return Lock.TAKEN;
    } catch (IOException e) {
      return Lock.NONE;
    }
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
      // Locked until it has its name: an unlocked one looks like what a crash has left.
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      channel.close();
      done = true;
      OWN.remove(key);
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
      } finally {
        OWN.remove(key);
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

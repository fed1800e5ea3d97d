package org.ckimg.interop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ckimg.spec.model.Bytes;

/**
 * A directory of this system. Only plain files are seen: a link, a device or a FIFO in a directory
 * that came from elsewhere could lead anywhere, or never end. A folder may be a link, as CRIU's
 * {@code parent} is; what lies in it is only read.
 */
public final class DirectoryFolder implements Folder {
  private final Path directory;
  private final SortedSet<String> names;

  private DirectoryFolder(Path directory, SortedSet<String> names) {
    this.directory = directory;
    this.names = names;
  }

  /** Lists {@code directory}. */
  public static DirectoryFolder of(Path directory) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (isPlain(entry)) {
          names.add(entry.getFileName().toString());
        }
      }
    }
    return new DirectoryFolder(directory, Collections.unmodifiableSortedSet(names));
  }

  private static boolean isPlain(Path entry) {
    return Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public SortedSet<String> names() {
    return names;
  }

  @Override
  public Optional<ByteSource> open(String name) throws IOException {
    if (!names.contains(name)) {
      return Optional.empty();
    }
    FileChannel file =
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      return Optional.of(new FileSource(Bytes.utf8(name).toString(), file));
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Optional<Folder> folder(String name) throws IOException {
    Path below = directory.resolve(name);
    boolean direct = directory.equals(below.getParent());
    return direct && Files.isDirectory(below) ? Optional.of(of(below)) : Optional.empty();
  }

  @Override
  public long lengthBytes() throws IOException {
    long sum = 0;
    for (String name : names) {
      sum += Files.size(directory.resolve(name));
    }
    return sum;
  }

  /** Nothing stays open. */
  @Override
  public void close() {
    // Each file is opened and closed on its own.
  }
}

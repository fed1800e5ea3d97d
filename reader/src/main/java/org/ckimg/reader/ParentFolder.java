package org.ckimg.reader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.Digest;

/**
 * The images in one folder. A file is known by the identity that its footer claims, whatever its
 * name; whether the claim holds is seen when it is opened. Links are not followed.
 */
public record ParentFolder(Path folder) implements ParentSource {
  private static final int ROOT_AT = 32;

  @Override
  public Optional<FileChannel> find(Digest identity) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Optional<FileChannel> found = open(file, identity);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** A file that may not be read, or that went away, is not the one. */
  private static Optional<FileChannel> open(Path file, Digest identity) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !Files.isReadable(file)) {
      return Optional.empty();
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    boolean found = false;
    try {
      found = claims(channel, identity);
    } finally {
      if (!found) {
        channel.close();
      }
    }
    return found ? Optional.of(channel) : Optional.empty();
  }

  private static boolean claims(FileChannel channel, Digest identity) throws IOException {
    long length = channel.size();
    if (length < Format.HEADER_BYTES + Format.FOOTER_BYTES) {
      return false;
    }
    ByteBuffer footer = read(channel, length - Format.FOOTER_BYTES, Format.FOOTER_BYTES);
    byte[] root = new byte[Digest.LENGTH];
    footer.get(ROOT_AT, root);
    return read(channel, 0, Long.BYTES).getLong(0) == Format.MAGIC
        && footer.getLong(0) == Format.FOOTER_MAGIC
        && Digest.of(root).equals(identity);
  }

  /** A file that shrinks meanwhile reads as zero. */
  private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) > 0) {
      continue;
    }
    return bytes;
  }
}

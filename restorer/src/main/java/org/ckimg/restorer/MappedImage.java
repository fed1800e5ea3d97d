package org.ckimg.restorer;

import java.io.IOException;
import java.nio.file.Path;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.reader.ImageReader;

/**
 * An image file whose pages become the program's memory where they lie. It must not change while
 * the program runs.
 *
 * @param fd open for reading
 * @param status of the file
 * @param reader of the same file
 */
public record MappedImage(int fd, FileCalls.FileStatus status, ImageReader reader) {
  private static final int WRITE_OF_OTHERS = 022;

  /** A descriptor of an image file, for {@link #of}; the caller closes it. */
  public static int open(Path image) throws IOException {
    return FileCalls.open(image.toString(), FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
  }

  /** The file behind a descriptor, which {@code reader} reads too. */
  public static MappedImage of(int fd, ImageReader reader) throws IOException {
    return new MappedImage(fd, FileCalls.status(fd), reader);
  }

  /** True when somebody else than {@code user} and root may write it. */
  public boolean othersMayWrite(int user) {
    boolean owned = status.uid() == user || status.uid() == 0;
    return !owned || (status.mode() & WRITE_OF_OTHERS) != 0;
  }
}

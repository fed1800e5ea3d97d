package org.ckimg.tools.run;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.restorer.ImageSource;
import org.ckimg.spec.model.Bytes;

/** Tells the restorer where an image that was verified comes from. */
public final class ImageSources {
  private ImageSources() {}

  /**
   * The source of what {@code reader} reads; the file may have been changed since it was verified.
   *
   * @param fd of the file; absent for an image that came through a pipe
   * @throws IOException when it was changed
   */
  public static ImageSource of(OptionalInt fd, Verdict verdict, ImageReader reader)
      throws IOException {
    if (!verdict.identity().equals(reader.identity())) {
      throw new IOException("the image was changed after it was verified");
    }
    Optional<Bytes> signer =
        verdict.signature().valid() ? verdict.signature().key() : Optional.empty();
    return of(fd, signer);
  }

  /**
   * The source of an image that nobody has verified, or of which that is known already.
   *
   * @param fd of the file; absent for an image that came through a pipe
   */
  public static ImageSource of(OptionalInt fd, Optional<Bytes> signer) throws IOException {
    if (fd.isEmpty()) {
      return new ImageSource(OptionalInt.empty(), OptionalInt.empty(), signer);
    }
    FileCalls.FileStatus status = FileCalls.status(fd.getAsInt());
    int permissions = status.mode() & 07777;
    return new ImageSource(OptionalInt.of(status.uid()), OptionalInt.of(permissions), signer);
  }
}

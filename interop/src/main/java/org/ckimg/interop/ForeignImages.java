package org.ckimg.interop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.ckimg.interop.criu.CriuImages;

/** Recognises, by content, what others made, and opens it. */
public final class ForeignImages {
  private ForeignImages() {}

  /**
   * Opens a file.
   *
   * @param file closed with the image, not when there is none
   * @param name what messages call it, safe to print
   * @return empty when it is of no format that is known here
   * @throws org.ckimg.spec.ImageException when it is of one, and not sound
   */
  public static Optional<ForeignImage> open(String name, FileChannel file) throws IOException {
    return Optional.empty();
  }

  /**
   * Opens a directory.
   *
   * @param name what messages call it, safe to print
   * @return empty when it is of no format that is known here
   * @throws org.ckimg.spec.ImageException when it is of one, and not sound
   */
  public static Optional<ForeignImage> open(String name, Path directory) throws IOException {
    Folder folder = DirectoryFolder.of(directory);
    return CriuImages.recognise(folder) ? Optional.of(CriuImages.open(folder)) : Optional.empty();
  }
}

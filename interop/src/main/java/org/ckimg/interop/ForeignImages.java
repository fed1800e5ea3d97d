package org.ckimg.interop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.ckimg.interop.archive.ArchiveImages;
import org.ckimg.interop.core.CoreImages;
import org.ckimg.interop.criu.CriuImages;
import org.ckimg.interop.dragonfly.DragonflyImages;

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
    FileSource source = new FileSource(name, file);
    if (DragonflyImages.recognise(source)) {
      return Optional.of(DragonflyImages.open(source));
    }
    if (CoreImages.recognise(source)) {
      return Optional.of(CoreImages.open(source));
    }
    return ArchiveImages.recognise(source)
        ? Optional.of(ArchiveImages.open(source))
        : Optional.empty();
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
    if (CriuImages.recognise(folder)) {
      return Optional.of(CriuImages.open(folder));
    }
    return ArchiveImages.recognise(folder)
        ? Optional.of(ArchiveImages.open(folder))
        : Optional.empty();
  }
}

package org.ckimg.tools.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.ParentFolder;
import org.ckimg.reader.ParentSource;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import picocli.CommandLine.Option;

/** {@code --parents DIR}. */
public final class ParentsOption {
  private static final int PARENT_AT = 40;

  @Option(
      names = "--parents",
      paramLabel = "DIR",
      description =
          "Where the images are that an incremental image continues; they are known by their"
              + " identity, not by name. Default: where IMAGE is.")
  private Path folder;

  /** Filled in by picocli. */
  public ParentsOption() {}

  /** Where the parents of an image are looked for. */
  public ParentSource of(ImageArgument image) {
    return new ParentFolder(folder(image));
  }

  /** What to say of an image that is not there. */
  public String hint(ImageArgument image) {
    return "looked for its parents in %s; --parents names another folder"
        .formatted(Bytes.utf8(folder(image).toString()));
  }

  /**
   * Refuses an image with a parent that was not found.
   *
   * @throws UnsupportedImageException naming the parent and where it was looked for
   */
  public void requireAll(ImageReader reader, ImageArgument image) throws UnsupportedImageException {
    requireAll(reader.missing(), image);
  }

  /** The same, of what is missing. */
  public void requireAll(Optional<Digest> missing, ImageArgument image)
      throws UnsupportedImageException {
    if (missing.isPresent()) {
      String text = "the parent, the image %s, is not at hand; %s";
      throw new UnsupportedImageException(
          new Finding(
              Rule.CHN_01, "header", PARENT_AT, text.formatted(missing.get(), hint(image))));
    }
  }

  private Path folder(ImageArgument image) {
    return folder == null ? image.folder() : folder;
  }
}

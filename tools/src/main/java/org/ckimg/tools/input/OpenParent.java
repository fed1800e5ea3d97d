package org.ckimg.tools.input;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.ckimg.dumper.ParentImage;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.ParentFolder;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Parent;
import org.ckimg.tools.cli.UsageException;

/** The image that a dump continues, open with all that it continues itself. */
public final class OpenParent implements AutoCloseable {
  private static final int PARENT_AT = 40;

  private final ImageReader reader;

  private OpenParent(ImageReader reader) {
    this.reader = reader;
  }

  /**
   * Opens it; the images below it are looked for where it is.
   *
   * @throws org.ckimg.spec.ImageException when one of them is missing or not sound
   */
  public static OpenParent open(Path path) throws IOException {
    FileChannel channel = Input.file(path);
    try {
      ImageReader reader =
          ImageReader.open(channel, new ParentFolder(path.toAbsolutePath().getParent()));
      requireWhole(path, reader);
      return new OpenParent(reader);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static void requireWhole(Path path, ImageReader reader) throws IOException {
    if (reader.missing().isPresent()) {
      String text = "%s continues the image %s, which is not beside it";
      throw new UnsupportedImageException(
          new Finding(
              Rule.CHN_01, "header", PARENT_AT, text.formatted(path, reader.missing().get())));
    }
  }

  /**
   * What a dump needs of it.
   *
   * @throws UsageException when the chain is too long for another image
   */
  public ParentImage image() throws IOException {
    Checkpoint checkpoint = reader.checkpoint();
    int depth = checkpoint.parent().map(Parent::depth).orElse(0) + 1;
    if (depth > Format.MAX_CHAIN_DEPTH) {
      throw new UsageException(
          "--parent: it ends a chain of %d images, and none is longer;".formatted(depth)
              + " 'ckimg squash' makes one image of them");
    }
    Parent link = new Parent(reader.identity().orElseThrow(), depth);
    return new ParentImage(link, checkpoint.objects(), reader.known());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}

package org.ckimg.interop.criu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.Finding;
import org.ckimg.spec.UnsupportedImageException;

/** Opens image directories of CRIU. */
public final class CriuImages {
  private static final String INVENTORY = "inventory.img";

  private CriuImages() {}

  /** True when the folder has an inventory of CRIU, from a machine of either byte order. */
  public static boolean recognise(Folder folder) throws IOException {
    Optional<Integer> magic = magic(folder);
    int wanted = ImageKind.INVENTORY.magic();
    return magic.isPresent()
        && (magic.get() == wanted || Integer.reverseBytes(magic.get()) == wanted);
  }

  private static Optional<Integer> magic(Folder folder) throws IOException {
    Optional<ByteSource> found = folder.open(INVENTORY);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (ByteSource source = found.get()) {
      ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      return source.read(0, word) < Integer.BYTES ? Optional.empty() : Optional.of(word.getInt(0));
    }
  }

  /**
   * Opens the images in a folder that was recognised.
   *
   * @param folder closed with the image, and when this fails
   * @throws org.ckimg.spec.ImageException when the images are not sound
   */
  public static ForeignImage open(Folder folder) throws IOException {
    try {
      Optional<Integer> magic = magic(folder);
      if (magic.isPresent() && magic.get() != ImageKind.INVENTORY.magic()) {
        throw new UnsupportedImageException(
            new Finding(
                CriuRule.VERSION, INVENTORY, 0, "was written on a machine of other byte order"));
      }
    } catch (IOException e) {
      folder.close();
      throw e;
    }
    ImageSet set = ImageSet.of(folder);
    try {
      return new Importer(set).open();
    } catch (IOException | RuntimeException | Error e) {
      set.close();
      throw e;
    }
  }
}

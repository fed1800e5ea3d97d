package org.ckimg.interop.archive;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.criu.CriuImages;

/** Recognises and opens container archives, what was unpacked from one, and OCI image layouts. */
public final class ArchiveImages {
  private ArchiveImages() {}

  /** True for a tar, and for anything that is compressed as one may be. */
  public static boolean recognise(ByteSource source) throws IOException {
    return Codec.of(source).isPresent();
  }

  /** True for a folder that an archive was unpacked into, and for an OCI image layout. */
  public static boolean recognise(Folder folder) throws IOException {
    return OciLayout.isIn(folder) || isUnpacked(folder);
  }

  private static boolean isUnpacked(Folder folder) throws IOException {
    Optional<Folder> images = folder.folder(CheckpointFiles.IMAGES);
    return images.isPresent() && CriuImages.recognise(images.get());
  }

  /**
   * Opens a file that was recognised.
   *
   * @param source closed with the image, not when this fails
   * @throws org.ckimg.spec.ImageException when there is no checkpoint in it, or it is not sound
   */
  public static ForeignImage open(ByteSource source) throws IOException {
    Report report = new Report();
    Codec codec = Codec.of(source).orElseThrow();
    Archive archive = ArchiveReader.read(source, codec, report);
    try {
      Folder top = new ArchiveFolder(archive, "");
      if (OciLayout.isIn(top)) {
        return LayoutOpener.open(top, source.length(), List.of(source, archive), report);
      }
      return CheckpointFiles.of(archive, codec, Map.of(), report)
          .open(source.length(), List.of(source, archive));
    } catch (IOException | RuntimeException | Error e) {
      archive.close();
      throw e;
    }
  }

  /**
   * Opens a folder that was recognised.
   *
   * @param folder closed with the image, and when this fails
   * @throws org.ckimg.spec.ImageException when there is no checkpoint in it, or it is not sound
   */
  public static ForeignImage open(Folder folder) throws IOException {
    Report report = new Report();
    List<Closeable> held = List.of(folder);
    try {
      return OciLayout.isIn(folder)
          ? LayoutOpener.open(folder, -1, held, report)
          : CheckpointFiles.of(folder, report).open(folder.lengthBytes(), held);
    } catch (IOException | RuntimeException | Error e) {
      folder.close();
      throw e;
    }
  }
}

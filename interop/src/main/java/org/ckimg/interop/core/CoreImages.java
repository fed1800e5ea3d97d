package org.ckimg.interop.core;

import java.io.IOException;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.ForeignImage;

/** Recognises and opens ELF cores. */
public final class CoreImages {
  private CoreImages() {}

  /** True for an ELF file of type core, of whatever machine or system. */
  public static boolean recognise(ByteSource source) throws IOException {
    return ElfFile.isCore(source);
  }

  /**
   * Opens what was recognised; one that was cut is opened as far as it goes.
   *
   * @param source closed with the image, not when this fails
   * @throws org.ckimg.spec.ImageException when it is not sound, or not of a process of Linux
   */
  public static ForeignImage open(ByteSource source) throws IOException {
    return CoreImporter.read(source);
  }
}

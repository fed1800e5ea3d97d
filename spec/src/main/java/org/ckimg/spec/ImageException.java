package org.ckimg.spec;

import java.io.IOException;

/** The input is not a sound image, or not one that this version can read. */
public abstract sealed class ImageException extends IOException
    permits TruncatedImageException,
        MalformedImageException,
        ChecksumMismatchException,
        UnsupportedImageException {
  private static final long serialVersionUID = 1;

  private final transient Finding finding;

  ImageException(Finding finding) {
    super(finding.toString());
    this.finding = finding;
  }

  /** Rule, section, offset and text. */
  public Finding finding() {
    return finding;
  }
}

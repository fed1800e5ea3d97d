package org.ckimg.spec;

/** The image is of a version, a kind or a codec that this version does not read. */
public final class UnsupportedImageException extends ImageException {
  private static final long serialVersionUID = 1;

  /** Reports {@code finding}. */
  public UnsupportedImageException(Finding finding) {
    super(finding);
  }
}

package org.ckimg.spec;

/** The input ends before the image does. */
public final class TruncatedImageException extends ImageException {
  private static final long serialVersionUID = 1;

  /** Reports {@code finding}. */
  public TruncatedImageException(Finding finding) {
    super(finding);
  }
}

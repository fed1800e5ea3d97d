package org.ckimg.spec;

/** Bytes are not those that were written. */
public final class ChecksumMismatchException extends ImageException {
  private static final long serialVersionUID = 1;

  /** Reports {@code finding}. */
  public ChecksumMismatchException(Finding finding) {
    super(finding);
  }
}

package org.ckimg.spec;

/** A field breaks a rule. */
public final class MalformedImageException extends ImageException {
  private static final long serialVersionUID = 1;

  /** Reports {@code finding}. */
  public MalformedImageException(Finding finding) {
    super(finding);
  }
}

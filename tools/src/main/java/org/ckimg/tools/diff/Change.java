package org.ckimg.tools.diff;

import java.util.Locale;

/** How something differs in the second image. */
public enum Change {
  SAME,
  CHANGED,
  ADDED,
  REMOVED,
  /** A descriptor whose number now means another thing. */
  REPLACED,
  /** A mapping that is longer or shorter. */
  RESIZED,
  /** A mapping whose protection is another. */
  PROTECTION;

  /** As documents and tables have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.ckimg.tools.diff;

import java.util.Locale;

/** What happened to a page. */
public enum PageChange {
  /** Both images have it, or it reads the same in both. */
  SAME,
  /** Both have it, with other bytes. */
  CHANGED,
  /** It had other bytes and is all zero now. */
  ZEROED,
  /** Only the second image has it. */
  ADDED,
  /** Only the first image has it. */
  DROPPED,
  /** Only one image has it, and the other would not have it even if nothing had changed. */
  UNKNOWN;

  /** As documents and tables have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.ckimg.reader;

/** How a page is kept. */
public enum PageState {
  /** Bytes of its own. */
  STORED,
  /** The bytes of a page before it in the same block. */
  REPEATED,
  /** All zero. */
  ZERO,
  /** As in the parent image. */
  INHERITED
}

package org.ckimg.testkit;

/** Sections as they are wanted; checksums and places come later. */
sealed interface Draft permits Rows, Pages, Other {
  /** Section type. */
  int type();

  /** Part number or object id. */
  int item();
}

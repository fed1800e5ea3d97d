package org.ckimg.tools.mem;

/** Where the bytes of a page come from. */
public enum PageSource {
  /** The image has them. */
  IMAGE,
  /** The program never wrote there: it reads as zero. */
  ZERO,
  /** A file on this host that is proven to be the one that was mapped has them. */
  FILE,
  /** They are in a file that was mapped, or in the kernel, and the image leaves them there. */
  ELSEWHERE,
  /** Nothing is mapped there. */
  UNMAPPED;

  /** True when the bytes can be had. */
  public boolean isKnown() {
    return this == IMAGE || this == ZERO || this == FILE;
  }
}

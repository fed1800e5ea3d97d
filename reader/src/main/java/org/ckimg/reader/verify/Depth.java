package org.ckimg.reader.verify;

/** How much of an image is read. */
public enum Depth {
  /** Everything but the bytes of pages: all checksums, tables, references and the root digest. */
  METADATA,
  /** Every byte. */
  FULL
}

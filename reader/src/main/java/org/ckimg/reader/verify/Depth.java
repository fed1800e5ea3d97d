package org.ckimg.reader.verify;

/** How much of an image is read. */
public enum Depth {
  /** Everything but the bytes of pages: all checksums, tables, references and the root digest. */
  METADATA,
  /** That, and the CRC32C of every frame: enough for a file that was not made to deceive. */
  CHECKSUMS,
  /** Every byte. */
  FULL
}

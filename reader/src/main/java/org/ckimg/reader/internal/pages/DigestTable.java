package org.ckimg.reader.internal.pages;

import java.nio.ByteBuffer;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.PageMarks;

/** First halves of the SHA-256 of the stored pages of a block. */
public final class DigestTable {
  private final ByteBuffer bytes;

  DigestTable(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** The 16 bytes for the stored page with this ordinal. */
  public Bytes digest(int ordinal) {
    byte[] digest = new byte[Format.PAGE_DIGEST_BYTES];
    bytes.get(ordinal * Format.PAGE_DIGEST_BYTES, digest);
    return Bytes.of(digest);
  }

  /** Notes the digest of the stored page with this ordinal. */
  void mark(int ordinal, PageMarks marks, int at) {
    marks.setDigest(at, bytes, ordinal * Format.PAGE_DIGEST_BYTES);
  }

  /** Whether they are the first half of {@code full}. */
  public boolean fits(int ordinal, byte[] full) {
    ByteBuffer half = ByteBuffer.wrap(full, 0, Format.PAGE_DIGEST_BYTES);
    return bytes.slice(ordinal * Format.PAGE_DIGEST_BYTES, Format.PAGE_DIGEST_BYTES).equals(half);
  }
}

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

  /** Whether they are the first half of a digest: 16 bytes of {@code full} from {@code at}. */
  public boolean fits(int ordinal, byte[] full, int at) {
    int own = ordinal * Format.PAGE_DIGEST_BYTES;
    for (int i = 0; i < Format.PAGE_DIGEST_BYTES; i++) {
      if (bytes.get(own + i) != full[at + i]) {
        return false;
      }
    }
    return true;
  }
}

package org.ckimg.reader.internal.table;

import java.util.List;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;

/** Follows the blobs of one part of a table, which fill its heap back to back. */
final class HeapOrder {
  private final SectionInfo part;
  private final long heapBytes;
  private long next;
  private boolean lost;

  HeapOrder(SectionInfo part, long heapBytes) {
    this.part = part;
    this.heapBytes = heapBytes;
  }

  /** A record could not be read, nor where its blobs end. */
  void lose() {
    lost = true;
  }

  /** Takes the blobs of one record. */
  void check(List<CkimgImage.Blob> blobs, long offset, Findings findings) throws ImageException {
    for (CkimgImage.Blob blob : blobs) {
      boolean fits = blob.len() == 0 ? blob.ofs() == 0 : lost || blob.ofs() == next;
      if (!fits) {
        String text = "a blob of %d bytes is at %d of the heap, %d expected";
        long expected = blob.len() == 0 ? 0 : next;
        findings.add(
            Rule.TAB_04, part.name(), offset, text.formatted(blob.len(), blob.ofs(), expected));
      }
      if (blob.len() != 0) {
        next = blob.ofs() + blob.len();
        lost = false;
      }
    }
  }

  /** No record follows. */
  void end(Findings findings) throws ImageException {
    if (!lost && next != heapBytes) {
      String text = "the blobs end at %d, the heap has %d bytes".formatted(next, heapBytes);
      long offset = part.offset() + Format.SECTION_HEAD_BYTES;
      findings.add(Rule.TAB_04, part.name(), offset, text);
    }
  }
}

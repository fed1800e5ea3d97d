package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class FilterVerifier extends Verifier<CkimgImage.Filter> {
  private static final int INSTRUCTION_BYTES = 8;
  private static final int MAX_INSTRUCTIONS = 4096;

  private long thread = -1;
  private long position;

  FilterVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Filter> row) throws ImageException {
    CkimgImage.Filter r = row.value();
    if (r.thread() != thread) {
      ordered(row, r.thread());
      thread = r.thread();
      position = 0;
    }
    if (r.position() != position && !behindHole()) {
      broken(row, Rule.FLT_02, "position is %d, %d expected", r.position(), position);
    }
    position = r.position() + 1;
    if (references.lacksIndex(SectionType.THREADS, r.thread())) {
      broken(row, Rule.FLT_02, "there is no thread %d", r.thread());
    }
    long bytes = r.program().len();
    boolean whole = bytes % INSTRUCTION_BYTES == 0;
    if (bytes == 0 || !whole || bytes > MAX_INSTRUCTIONS * INSTRUCTION_BYTES) {
      broken(row, Rule.FLT_02, "the program has %d bytes", bytes);
    }
  }
}

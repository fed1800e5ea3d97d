package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class LockVerifier extends Verifier<CkimgImage.Lock> {
  private static final int POSIX = 1;

  LockVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Lock> row) throws ImageException {
    CkimgImage.Lock r = row.value();
    ordered(row, r.process(), r.file(), r.kind(), r.description(), r.start());
    processWithFiles(row, Rule.LCK_02, r.process());
    reference(row, Rule.LCK_02, SectionType.FILES, "file", r.file());
    reference(row, Rule.LCK_02, SectionType.DESCRIPTIONS, "description", r.description());
    if ((r.kind() == POSIX) != (r.description() == 0)) {
      broken(row, Rule.LCK_02, "kind is %d, description %d", r.kind(), r.description());
    }
  }
}

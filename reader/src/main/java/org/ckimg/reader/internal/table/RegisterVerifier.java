package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class RegisterVerifier extends Verifier<CkimgImage.Regset> {
  RegisterVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Regset> row) throws ImageException {
    CkimgImage.Regset r = row.value();
    ordered(row, r.thread(), r.noteType());
    if (references.lacksIndex(SectionType.THREADS, r.thread())) {
      broken(row, Rule.REG_02, "there is no thread %d", r.thread());
    }
  }
}

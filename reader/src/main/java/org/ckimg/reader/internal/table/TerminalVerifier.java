package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class TerminalVerifier extends Verifier<CkimgImage.Terminal> {
  TerminalVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Terminal> row) throws ImageException {
    CkimgImage.Terminal r = row.value();
    ordered(row, r.file());
    reference(row, Rule.TTY_02, SectionType.FILES, "file", r.file());
  }
}

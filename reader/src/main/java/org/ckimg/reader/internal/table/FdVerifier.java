package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class FdVerifier extends Verifier<CkimgImage.Fd> {
  FdVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Fd> row) throws ImageException {
    CkimgImage.Fd r = row.value();
    ordered(row, r.process(), r.thread(), r.number());
    processWithFiles(row, Rule.FDS_02, r.process());
    if (r.thread() != 0 && references.lacksTable(r.process(), r.thread())) {
      String text = "process %d has no thread %d with descriptors of its own";
      broken(row, Rule.FDS_02, text, r.process(), r.thread());
    }
    reference(row, Rule.FDS_02, SectionType.DESCRIPTIONS, "description", r.description());
  }
}

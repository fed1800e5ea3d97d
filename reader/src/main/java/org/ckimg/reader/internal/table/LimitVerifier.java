package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;

final class LimitVerifier extends Verifier<CkimgImage.Limit> {
  LimitVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Limit> row) throws ImageException {
    CkimgImage.Limit r = row.value();
    ordered(row, r.process(), r.resource());
    process(row, Rule.LIM_02, r.process());
    if (Long.compareUnsigned(r.soft(), r.hard()) > 0) {
      String text = "resource %d: soft is %s, hard %s";
      String soft = Long.toUnsignedString(r.soft());
      broken(row, Rule.LIM_02, text, r.resource(), soft, Long.toUnsignedString(r.hard()));
    }
  }
}

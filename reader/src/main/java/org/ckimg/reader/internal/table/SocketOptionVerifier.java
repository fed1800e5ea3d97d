package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;

final class SocketOptionVerifier extends Verifier<CkimgImage.SocketOption> {
  SocketOptionVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.SocketOption> row) throws ImageException {
    CkimgImage.SocketOption r = row.value();
    ordered(row, r.description(), r.level(), r.name());
    if (references.sockets().lack(r.description())) {
      broken(row, Rule.OPT_02, "description %d is no socket", r.description());
    }
  }
}

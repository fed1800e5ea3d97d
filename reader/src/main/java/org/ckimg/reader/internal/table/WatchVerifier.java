package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdType;

final class WatchVerifier extends Verifier<CkimgImage.Watch> {
  private static final int EPOLL = FdType.EPOLL.ordinal() + 1;

  WatchVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Watch> row) throws ImageException {
    CkimgImage.Watch r = row.value();
    ordered(row, r.description(), r.number(), r.target());
    reference(row, Rule.WCH_02, SectionType.DESCRIPTIONS, "description", r.description());
    reference(row, Rule.WCH_02, SectionType.DESCRIPTIONS, "target", r.target());
    Optional<Integer> type = references.descriptionType(r.description());
    if (type.isPresent() && type.get() != EPOLL) {
      broken(row, Rule.WCH_02, "description %d is no epoll instance", r.description());
    }
  }
}

package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdType;

final class NotifyVerifier extends Verifier<CkimgImage.NotifyWatch> {
  private static final int INOTIFY = FdType.INOTIFY.ordinal() + 1;

  NotifyVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.NotifyWatch> row) throws ImageException {
    CkimgImage.NotifyWatch r = row.value();
    ordered(row, r.description(), r.number());
    reference(row, Rule.NTF_02, SectionType.DESCRIPTIONS, "description", r.description());
    reference(row, Rule.NTF_02, SectionType.FILES, "file", r.file());
    Optional<Integer> type = references.descriptionType(r.description());
    if (type.isPresent() && type.get() != INOTIFY) {
      broken(row, Rule.NTF_02, "description %d is no inotify description", r.description());
    }
  }
}

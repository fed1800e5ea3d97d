package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class EventVerifier extends Verifier<CkimgImage.Event> {
  EventVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Event> row) throws ImageException {
    CkimgImage.Event r = row.value();
    EventKind kind = EventKind.of(r);
    ordered(row, r.description());
    reference(row, Rule.EVT_02, SectionType.DESCRIPTIONS, "description", r.description());
    Optional<Integer> type = references.descriptionType(r.description());
    if (type.isPresent() && type.get() != kind.type().ordinal() + 1) {
      broken(row, Rule.EVT_02, "kind is %d, the description has type %d", r.kind(), type.get());
    }
    if (kind.isForeign(r)) {
      broken(row, Rule.EVT_03, "kind %d has fields of another kind", r.kind());
    }
  }
}

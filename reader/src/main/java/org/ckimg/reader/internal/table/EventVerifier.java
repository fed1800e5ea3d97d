package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class EventVerifier extends Verifier<CkimgImage.Event> {
  private static final int SEMAPHORE = 1;

  EventVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Event> row) throws ImageException {
    CkimgImage.Event r = row.value();
    EventDecoder.Kind kind = EventDecoder.Kind.of(r);
    ordered(row, r.description());
    reference(row, Rule.EVT_02, SectionType.DESCRIPTIONS, "description", r.description());
    Optional<Integer> type = references.descriptionType(r.description());
    if (type.isPresent() && type.get() != kind.type().ordinal() + 1) {
      broken(row, Rule.EVT_02, "kind is %d, the description has type %d", r.kind(), type.get());
    }
    boolean ofOther =
        switch (kind) {
          case COUNTER -> (r.flags() & ~SEMAPHORE) != 0 || hasClock(r);
          case SIGNAL_SET -> r.flags() != 0 || hasClock(r);
          case ALARM -> (r.flags() & SEMAPHORE) != 0;
        };
    if (ofOther) {
      broken(row, Rule.EVT_03, "kind %d has fields of another kind", r.kind());
    }
  }

  private static boolean hasClock(CkimgImage.Event r) {
    return r.clock() != 0 || r.valueNanos() != 0 || r.intervalNanos() != 0;
  }
}

package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;

final class TimerVerifier extends Verifier<CkimgImage.Timer> {
  static final int POSIX = 4;

  TimerVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Timer> row) throws ImageException {
    CkimgImage.Timer r = row.value();
    ordered(row, r.process(), r.kind(), r.id());
    process(row, Rule.TIM_02, r.process());
    if (r.kind() == POSIX) {
      zeroUnless(row, (r.present() & Presence.Timer.OVERRUN) != 0, "overrun", r.overrun());
    } else if ((r.notifyKind() | r.present() | r.id() | r.clock() | r.number()) != 0
        || (r.tid() | r.overrun() | r.sigval()) != 0) {
      broken(row, Rule.TIM_02, "an interval timer has fields of a POSIX timer");
    }
  }
}

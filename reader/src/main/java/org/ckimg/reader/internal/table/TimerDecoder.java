package org.ckimg.reader.internal.table;

import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Timer;

final class TimerDecoder {
  private TimerDecoder() {}

  static Timer decode(CkimgImage.Timer r) {
    if (r.kind() != TimerVerifier.POSIX) {
      Timer.Kind kind = Timer.Kind.values()[r.kind() - 1];
      return new Timer.Interval(kind, r.intervalNanos(), r.valueNanos());
    }
    return new Timer.Posix(
        (int) r.id(),
        r.clock(),
        r.notifyKind(),
        (int) r.number(),
        r.sigval(),
        (int) r.tid(),
        new Optionals(r.present()).number(Presence.Timer.OVERRUN, r.overrun()),
        r.intervalNanos(),
        r.valueNanos());
  }
}

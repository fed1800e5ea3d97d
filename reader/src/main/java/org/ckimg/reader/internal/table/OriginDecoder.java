package org.ckimg.reader.internal.table;

import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Origin;

final class OriginDecoder {
  private OriginDecoder() {}

  static Origin decode(Row<CkimgImage.Origin> row) {
    CkimgImage.Origin r = row.value();
    Optionals p = new Optionals(r.present());
    return new Origin(
        p.wide(Presence.Origin.CREATED, r.createdNanos()),
        p.wide(Presence.Origin.MONOTONIC, r.monotonicNanos()),
        p.wide(Presence.Origin.BOOTTIME, r.boottimeNanos()),
        p.wide(Presence.Origin.STOP, r.stopNanos()),
        p.wide(Presence.Origin.COPY, r.copyNanos()),
        p.value(Presence.Origin.HOST, () -> row.bytes(r.host())),
        p.value(Presence.Origin.TOOL, () -> row.bytes(r.tool())),
        p.value(Presence.Origin.CODECS, () -> row.bytes(r.codecs())),
        p.value(Presence.Origin.SOURCE, () -> row.bytes(r.source())));
  }
}

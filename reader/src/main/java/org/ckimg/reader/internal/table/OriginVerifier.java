package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;

final class OriginVerifier extends Verifier<CkimgImage.Origin> {
  OriginVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Origin> row) throws ImageException {
    CkimgImage.Origin r = row.value();
    zeroUnless(row, has(r, Presence.Origin.CREATED), "created_nanos", r.createdNanos());
    zeroUnless(row, has(r, Presence.Origin.MONOTONIC), "monotonic_nanos", r.monotonicNanos());
    zeroUnless(row, has(r, Presence.Origin.BOOTTIME), "boottime_nanos", r.boottimeNanos());
    zeroUnless(row, has(r, Presence.Origin.STOP), "stop_nanos", r.stopNanos());
    zeroUnless(row, has(r, Presence.Origin.COPY), "copy_nanos", r.copyNanos());
    zeroUnless(row, has(r, Presence.Origin.HOST), "host", r.host().len());
    zeroUnless(row, has(r, Presence.Origin.TOOL), "tool", r.tool().len());
    zeroUnless(row, has(r, Presence.Origin.CODECS), "codecs", r.codecs().len());
    zeroUnless(row, has(r, Presence.Origin.SOURCE), "source", r.source().len());
  }

  private static boolean has(CkimgImage.Origin r, int bit) {
    return (r.present() & bit) != 0;
  }
}

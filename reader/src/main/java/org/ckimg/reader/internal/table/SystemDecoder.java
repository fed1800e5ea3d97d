package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Vdso;

final class SystemDecoder implements RowVisitor<CkimgImage.SystemFacts> {
  private static final int BIG_ENDIAN = 2;

  private Host host;
  private boolean partial;
  private boolean redacted;

  /** Knows what the header says. */
  SystemDecoder(CkimgImage.Header header) {
    Optionals none = new Optionals(0);
    host =
        new Host(
            header.elfData() == BIG_ENDIAN,
            header.elfMachine(),
            header.system(),
            header.pageShift(),
            Optional.empty(),
            Optional.empty(),
            none.wide(1, 0),
            none.number(1, 0),
            Optional.empty());
  }

  @Override
  public void row(Row<CkimgImage.SystemFacts> row) {
    CkimgImage.SystemFacts r = row.value();
    Optionals p = new Optionals(r.present());
    partial = (r.flags() & 1) != 0;
    redacted = (r.flags() & 2) != 0;
    host =
        new Host(
            host.bigEndian(),
            host.machine(),
            host.system(),
            host.pageShift(),
            p.value(Presence.System.KERNEL_RELEASE, () -> row.bytes(r.kernelRelease())),
            p.value(Presence.System.CPU_FEATURES, () -> row.bytes(r.cpuFeatures())),
            p.wide(Presence.System.XCR0, r.xcr0()),
            p.number(Presence.System.XCR0, r.lenXsave()),
            p.value(Presence.System.VDSO, () -> vdso(row, p)));
  }

  private static Vdso vdso(Row<CkimgImage.SystemFacts> row, Optionals p) {
    CkimgImage.SystemFacts r = row.value();
    return new Vdso(
        Digest.of(r.vdsoDigest()),
        p.value(Presence.System.VDSO_SYMBOLS, () -> row.bytes(r.vdsoSymbols())));
  }

  Host host() {
    return host;
  }

  boolean partial() {
    return partial;
  }

  boolean redacted() {
    return redacted;
  }
}

package org.ckimg.reader.internal.table;

import java.util.Arrays;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;

final class SystemVerifier extends Verifier<CkimgImage.SystemFacts> {
  private static final int HEX_DIGITS = 16;

  SystemVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.SystemFacts> row) throws ImageException {
    CkimgImage.SystemFacts r = row.value();
    long present = r.present();
    boolean vdso = (present & Presence.System.VDSO) != 0;
    boolean symbols = (present & Presence.System.VDSO_SYMBOLS) != 0;
    boolean xcr0 = (present & Presence.System.XCR0) != 0;
    boolean release = (present & Presence.System.KERNEL_RELEASE) != 0;
    boolean features = (present & Presence.System.CPU_FEATURES) != 0;
    zeroUnless(row, release, "kernel_release", r.kernelRelease().len());
    zeroUnless(row, features, "cpu_features", r.cpuFeatures().len());
    zeroUnless(row, xcr0, "xcr0, len_xsave", r.xcr0(), r.lenXsave());
    boolean zero = Arrays.equals(r.vdsoDigest(), new byte[Digest.LENGTH]);
    zeroUnless(row, vdso, "vdso_digest", zero ? 0 : 1);
    zeroUnless(row, symbols, "vdso_symbols", r.vdsoSymbols().len());
    needs(row, symbols, vdso, "vdso_symbols needs vdso_digest");
    checkSymbols(row, row.bytes(r.vdsoSymbols()));
    references.partial((r.flags() & 1) != 0);
  }

  private void checkSymbols(Row<CkimgImage.SystemFacts> row, Bytes text) throws ImageException {
    Bytes previous = Bytes.EMPTY;
    int from = 0;
    while (from < text.length()) {
      int end = from;
      while (end < text.length() && text.at(end) != '\n') {
        end++;
      }
      Bytes line = text.slice(from, end);
      if (end == text.length() || !isSymbol(line) || line.compareTo(previous) <= 0) {
        broken(row, Rule.SYS_02, "byte %d of vdso_symbols: '%s'", from, line);
        return;
      }
      previous = line;
      from = end + 1;
    }
  }

  private static boolean isSymbol(Bytes line) {
    if (line.length() <= HEX_DIGITS + 1 || line.at(HEX_DIGITS) != ' ') {
      return false;
    }
    for (int i = 0; i < HEX_DIGITS; i++) {
      byte digit = line.at(i);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }
}

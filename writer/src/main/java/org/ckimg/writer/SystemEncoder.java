package org.ckimg.writer;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Vdso;

/** SYSTEM: the machine. */
final class SystemEncoder implements TableEncoder {
  private static final int PARTIAL = 1;
  private static final int REDACTED = 2;
  private static final int MAX_XSAVE_BYTES = 65536;
  private static final int OFFSET_DIGITS = 16;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Host host = context.checkpoint().host();
    Optional<Bytes> symbols = host.vdso().flatMap(Vdso::symbols);
    Bits present =
        new Bits()
            .set(host.kernelRelease(), Presence.System.KERNEL_RELEASE)
            .set(host.cpuFeatures(), Presence.System.CPU_FEATURES)
            .set(host.xcr0(), Presence.System.XCR0)
            .set(host.vdso(), Presence.System.VDSO)
            .set(symbols, Presence.System.VDSO_SYMBOLS);
    table
        .begin("host")
        .require(
            host.xcr0().isPresent() == host.xsaveBytes().isPresent(),
            Rule.SYS_01,
            "xcr0 without the size of its area, or the size without xcr0")
        .require(
            symbols.map(SystemEncoder::isSymbolList).orElse(true),
            Rule.SYS_02,
            "vdso_symbols is something else")
        .u4(present.value())
        .u4(flags(context.checkpoint()))
        .blob(host.kernelRelease())
        .blob(host.cpuFeatures())
        .u8(host.xcr0().orElse(0))
        .u4("len_xsave", host.xsaveBytes().orElse(0), 0, MAX_XSAVE_BYTES)
        .zero(4)
        .bytes(host.vdso().map(v -> v.digest().value()).orElse(Bytes.of(new byte[Digest.LENGTH])))
        .blob(symbols)
        .end();
  }

  private static int flags(Checkpoint checkpoint) {
    return (checkpoint.partial() ? PARTIAL : 0) | (checkpoint.redacted() ? REDACTED : 0);
  }

  private static boolean isSymbolList(Bytes text) {
    Bytes before = Bytes.EMPTY;
    for (int start = 0; start < text.length(); ) {
      int end = start;
      while (end < text.length() && text.at(end) != '\n') {
        end++;
      }
      Bytes line = text.slice(start, end);
      if (end == text.length() || !isSymbol(line) || before.compareTo(line) >= 0) {
        return false;
      }
      before = line;
      start = end + 1;
    }
    return true;
  }

  private static boolean isSymbol(Bytes line) {
    if (line.length() < OFFSET_DIGITS + 2 || line.at(OFFSET_DIGITS) != ' ') {
      return false;
    }
    for (int i = 0; i < OFFSET_DIGITS; i++) {
      int digit = line.at(i);
      if (!(digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f')) {
        return false;
      }
    }
    return true;
  }
}

package org.ckimg.reader.internal.table;

import java.nio.IntBuffer;
import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class TerminalVerifier extends Verifier<CkimgImage.Terminal> {
  TerminalVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Terminal> row) throws ImageException {
    CkimgImage.Terminal r = row.value();
    ordered(row, r.file());
    boolean input = (r.present() & Presence.Terminal.INPUT) != 0;
    zeroUnless(row, input, "input, lines", r.input(), r.lines().len());
    boolean slave = (r.present() & Presence.Terminal.SLAVE) != 0;
    zeroUnless(row, slave, "flags, output", r.flags(), r.output());
    reference(row, Rule.TTY_02, SectionType.FILES, "file", r.file());
    queue(row, Rule.TTY_03, "input", r.input());
    queue(row, Rule.TTY_03, "output", r.output());
    checkLines(row, r);
  }

  private void checkLines(Row<CkimgImage.Terminal> row, CkimgImage.Terminal r)
      throws ImageException {
    if (r.lines().len() % Integer.BYTES != 0) {
      broken(row, Rule.TTY_04, "lines has %d bytes", r.lines().len());
      return;
    }
    long sum = 0;
    for (IntBuffer lines = row.numbers(r.lines()); lines.hasRemaining(); ) {
      sum += Integer.toUnsignedLong(lines.get());
    }
    Optional<References.ObjectFacts> object = references.object(r.input());
    boolean shown = r.input() == 0 || object.isPresent();
    long length = object.map(References.ObjectFacts::length).orElse(0L);
    if (shown && sum > length) {
      broken(row, Rule.TTY_04, "lines of %d bytes in an input of %d", sum, length);
    }
  }
}

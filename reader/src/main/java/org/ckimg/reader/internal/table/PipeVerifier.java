package org.ckimg.reader.internal.table;

import java.nio.IntBuffer;
import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class PipeVerifier extends Verifier<CkimgImage.Pipe> {
  PipeVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Pipe> row) throws ImageException {
    CkimgImage.Pipe r = row.value();
    ordered(row, r.file());
    zeroUnless(row, (r.present() & Presence.Pipe.CAPACITY) != 0, "capacity", r.capacity());
    reference(row, Rule.PIP_02, SectionType.FILES, "file", r.file());
    if (references.lacksPipe(r.file())) {
      broken(row, Rule.PIP_02, "no description has file %d open as a pipe", r.file());
    }
    queue(row, Rule.PIP_03, "queue", r.queue());
    if (r.packets().len() != 0) {
      checkPackets(row, r);
    }
  }

  private void checkPackets(Row<CkimgImage.Pipe> row, CkimgImage.Pipe r) throws ImageException {
    if (r.packets().len() % Integer.BYTES != 0) {
      broken(row, Rule.PIP_04, "packets has %d bytes", r.packets().len());
      return;
    }
    long sum = 0;
    for (IntBuffer packets = row.numbers(r.packets()); packets.hasRemaining(); ) {
      int packet = packets.get();
      if (packet <= 0) {
        broken(row, Rule.PIP_04, "a packet of %d bytes", Integer.toUnsignedLong(packet));
        return;
      }
      sum += packet;
    }
    Optional<References.ObjectFacts> object = references.object(r.queue());
    boolean shown = r.queue() == 0 || object.isPresent();
    long length = object.map(References.ObjectFacts::length).orElse(0L);
    if (shown && sum != length) {
      broken(row, Rule.PIP_04, "packets of %d bytes in a queue of %d", sum, length);
    }
  }
}

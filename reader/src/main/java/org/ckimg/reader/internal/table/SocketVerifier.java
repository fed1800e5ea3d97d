package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdType;

final class SocketVerifier extends Verifier<CkimgImage.Socket> {
  SocketVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Socket> row) throws ImageException {
    CkimgImage.Socket r = row.value();
    references.sockets().add(row);
    ordered(row, r.description());
    checkPresence(row, r);
    checkType(row, r);
    if (Math.max(r.local().len(), r.remote().len()) > Format.MAX_ADDRESS_BYTES) {
      broken(row, Rule.SCK_03, "local has %d bytes, remote %d", r.local().len(), r.remote().len());
    }
    reference(row, Rule.SCK_04, SectionType.FILES, "node", r.node());
    queue(row, Rule.SCK_04, "queue", r.queue());
  }

  private void checkPresence(Row<CkimgImage.Socket> row, CkimgImage.Socket r)
      throws ImageException {
    zeroUnless(row, (r.present() & Presence.Socket.BACKLOG) != 0, "backlog", r.backlog());
    zeroUnless(row, (r.present() & Presence.Socket.LOCAL) != 0, "local", r.local().len());
    zeroUnless(row, (r.present() & Presence.Socket.REMOTE) != 0, "remote", r.remote().len());
  }

  private void checkType(Row<CkimgImage.Socket> row, CkimgImage.Socket r) throws ImageException {
    int expected = FdType.ofSocket(r.family()).ordinal() + 1;
    reference(row, Rule.SCK_02, SectionType.DESCRIPTIONS, "description", r.description());
    Optional<Integer> type = references.descriptionType(r.description());
    if (type.isPresent() && type.get() != expected) {
      String text = "family %d is of type %d, the description of type %d";
      broken(row, Rule.SCK_02, text, r.family(), expected, type.get());
    }
    reference(row, Rule.SCK_04, SectionType.DESCRIPTIONS, "peer", r.peer());
    Optional<Integer> peer = references.descriptionType(r.peer());
    if (peer.isPresent() && peer.get() != expected) {
      broken(row, Rule.SCK_04, "peer %d is of type %d, not %d", r.peer(), peer.get(), expected);
    }
  }
}

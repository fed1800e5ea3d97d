package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdState;

final class TcpVerifier extends Verifier<CkimgImage.TcpConnection> {
  TcpVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.TcpConnection> row) throws ImageException {
    CkimgImage.TcpConnection r = row.value();
    ordered(row, r.description());
    boolean window = (r.present() & Presence.Tcp.WINDOW) != 0;
    boolean timestamp = (r.present() & Presence.Tcp.TIMESTAMP) != 0;
    zeroUnless(row, timestamp, "timestamp", r.timestamp());
    zeroUnless(row, window, "window", r.window().len());
    if (references.sockets().lackConnection(r.description())) {
      broken(row, Rule.TCP_02, "description %d has no TCP connection", r.description());
    }
    checkQueue(row, r);
    if (window && r.window().len() != FdState.Tcp.WINDOW_BYTES) {
      broken(row, Rule.TCP_04, "window has %d bytes", r.window().len());
    }
  }

  private void checkQueue(Row<CkimgImage.TcpConnection> row, CkimgImage.TcpConnection r)
      throws ImageException {
    queue(row, Rule.TCP_03, "send_queue", r.sendQueue());
    Optional<References.ObjectFacts> object = references.object(r.sendQueue());
    boolean shown = r.sendQueue() == 0 || object.isPresent();
    long length = object.map(References.ObjectFacts::length).orElse(0L);
    if (shown && r.unsent() > length) {
      broken(row, Rule.TCP_03, "%d bytes of %d were never sent", r.unsent(), length);
    }
  }
}

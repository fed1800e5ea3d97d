package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.SocketAddress;

/** Other ends of connections that are to go on, outside the image. */
final class OutsidePeers {
  private OutsidePeers() {}

  /**
   * What must happen until the restore, in words for the caller; empty when all ends are inside.
   */
  static Optional<String> note(Checkpoint checkpoint) {
    List<String> pairs = new ArrayList<>();
    for (OpenFile open : checkpoint.descriptions()) {
      if (open.state().orElse(null) instanceof FdState.Socket socket
          && socket.tcp().isPresent()
          && socket.peer().isEmpty()) {
        pairs.add(text(checkpoint, socket.remote()) + " to " + text(checkpoint, socket.local()));
      }
    }
    return pairs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "until the restore a packet filter must drop what is sent from %s; unless the other end is quiet, this host resets the connection"
                .formatted(String.join(", ", pairs)));
  }

  private static String text(Checkpoint checkpoint, Optional<Bytes> address) {
    return address.map(bytes -> SocketAddress.text(checkpoint.host(), bytes)).orElse("nowhere");
  }
}

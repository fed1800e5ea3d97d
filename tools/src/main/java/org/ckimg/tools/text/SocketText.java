package org.ckimg.tools.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.SocketAddress;
import org.ckimg.tools.names.SocketNames;

/** A socket in one line, such as {@code tcp 127.0.0.1:8080 listening, backlog 5}. */
final class SocketText {
  private static final int NO_RECEIVING = 1;
  private static final int NO_SENDING = 2;

  private static final Map<Integer, String> STATES =
      Map.of(FdState.Socket.CLOSED, "not connected", FdState.Socket.LISTENING, "listening");

  private final Checkpoint checkpoint;
  private final FdState.Socket socket;

  private SocketText(Checkpoint checkpoint, FdState.Socket socket) {
    this.checkpoint = checkpoint;
    this.socket = socket;
  }

  static String of(Checkpoint checkpoint, FdState.Socket socket) {
    return new SocketText(checkpoint, socket).line();
  }

  private String line() {
    List<String> words = new ArrayList<>(List.of(label()));
    socket.local().ifPresent(a -> words.add(SocketAddress.text(checkpoint.host(), a)));
    socket.remote().ifPresent(a -> words.add("to " + SocketAddress.text(checkpoint.host(), a)));
    words.add(STATES.getOrDefault(socket.state(), SocketNames.state(socket.state())));
    List<String> parts = new ArrayList<>(List.of(String.join(" ", words)));
    socket.peer().ifPresent(peer -> parts.add("with OFD " + peer));
    socket.backlog().ifPresent(b -> parts.add("backlog " + Integer.toUnsignedString(b)));
    if ((socket.shutdown() & NO_RECEIVING) != 0) {
      parts.add("shut for receiving");
    }
    if ((socket.shutdown() & NO_SENDING) != 0) {
      parts.add("shut for sending");
    }
    addQueues(parts);
    return String.join(", ", parts);
  }

  private String label() {
    boolean internet = FdType.ofSocket(socket.family()) == FdType.INET;
    return internet
        ? SocketNames.protocol(socket)
        : SocketNames.family(socket.family()) + " " + SocketNames.kind(socket.kind());
  }

  private void addQueues(List<String> parts) {
    if (!socket.messages().isEmpty()) {
      parts.add(
          Human.bytes(socket.queuedBytes())
              + " in "
              + Human.count(socket.messages().size(), "message")
              + " not read");
    }
    socket
        .tcp()
        .map(FdState.Tcp::sendQueue)
        .filter(OptionalInt::isPresent)
        .map(queue -> Human.bytes(checkpoint.object(queue.getAsInt()).length()))
        .ifPresent(bytes -> parts.add(bytes + " not acknowledged"));
  }
}

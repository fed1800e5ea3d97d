package org.ckimg.restorer.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.net.TcpState;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.SocketFacts;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Endpoint;
import org.ckimg.spec.model.FdState;

/**
 * Connections of TCP that go on where they were. Whether the numbers of one with somebody outside
 * are those that the other end knows cannot be seen from here; whether both ends of one inside the
 * program agree can.
 */
final class ConnectionAudit {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_NET_RAW = 13;
  private static final int NO_RECEIVING = 1;
  private static final int NO_SENDING = 2;

  /** The least that any host takes, RFC 9293, section 3.7.1 less 40 bytes of options. */
  private static final int LEAST_SEGMENT = 48;

  private static final int LARGEST_QUEUE = 1 << 30;
  private static final int WINDOW_BASE = 0;
  private static final int SEND_WINDOW = 4;
  private static final int LARGEST_WINDOW = 8;
  private static final int RECEIVE_WINDOW = 12;
  private static final int RECEIVE_UPDATE = 16;

  private final Checkpoint checkpoint;
  private final SocketGraph graph;
  private final HostFacts host;
  private final RestoreOptions options;
  private final Findings findings;

  ConnectionAudit(
      Checkpoint checkpoint,
      SocketGraph graph,
      HostFacts host,
      RestoreOptions options,
      Findings findings) {
    this.checkpoint = checkpoint;
    this.graph = graph;
    this.host = host;
    this.options = options;
    this.findings = findings;
  }

  /** One end. */
  void run(String subject, int id, FdState.Socket socket, String ends) {
    findings.answer(
        options.policy().sockets().tcp(),
        "AU-SCK-14",
        Severity.MEDIUM,
        subject,
        "the connection %s goes on".formatted(ends));
    require(CAP_NET_ADMIN, "CAP_NET_ADMIN", subject, ends);
    if ((TcpState.shutdown(socket.state()) & NO_RECEIVING) != 0 && graph.peer(id).isEmpty()) {
      require(CAP_NET_RAW, "CAP_NET_RAW, because its other end sends no more", subject, ends);
    }
    Optional<SocketFacts.Connected> own = connected(socket);
    if (own.filter(host.sockets().connections()::contains).isPresent()) {
      refuse("AU-SCK-16", subject, "somebody has the connection %s now".formatted(ends));
    }
    contradiction(id, socket, socket.tcp().orElseThrow())
        .ifPresent(what -> refuse("AU-SCK-17", subject, what));
  }

  /** One end of a connection inside the program, whose both ends are joined again. */
  void auditMadeAnew(String subject, FdState.Socket socket) {
    if (socket.tcp().filter(tcp -> toSend(tcp) > 0).isPresent()) {
      refuse("AU-SCK-18", subject, "bytes that have not arrived come back with --tcp alone");
    }
  }

  private void require(int capability, String name, String subject, String ends) {
    if (!host.caller().mayGrant(capability)) {
      refuse("AU-SCK-15", subject, "that %s goes on needs %s".formatted(ends, name));
    }
  }

  private void refuse(String rule, String subject, String text) {
    findings.refuse(rule, Severity.HIGH, subject, text);
  }

  private static Optional<SocketFacts.Connected> connected(FdState.Socket socket) {
    return socket
        .local()
        .flatMap(Endpoint::of)
        .flatMap(local ->
            socket
                .remote()
                .flatMap(Endpoint::of)
                .map(remote -> new SocketFacts.Connected(local, remote)));
  }

  private Optional<String> contradiction(int id, FdState.Socket socket, FdState.Tcp tcp) {
    if (connected(socket).filter(ConnectionAudit::isPossible).isEmpty()) {
      return Optional.of("is connected without two addresses that can be");
    }
    if (TcpState.shutdown(socket.state()) != socket.shutdown()) {
      return Optional.of("is shut in a way that state %d does not say".formatted(socket.state()));
    }
    if (tcp.segment() < LEAST_SEGMENT
        || socket.queuedBytes() > LARGEST_QUEUE
        || toSend(tcp) > LARGEST_QUEUE) {
      return Optional.of("has segments or queues that no connection has");
    }
    if (tcp.window().filter(window -> !isPossible(tcp, window)).isPresent()) {
      return Optional.of("has a window that does not fit its numbers");
    }
    OptionalInt peer = graph.peer(id);
    return peer.isPresent() && !agrees(socket, graph.get(peer.getAsInt()))
        ? Optional.of("has sent what description %d has not received".formatted(peer.getAsInt()))
        : Optional.empty();
  }

  private static boolean isPossible(SocketFacts.Connected ends) {
    return isPossible(ends.local())
        && isPossible(ends.remote())
        && !ends.local().equals(ends.remote());
  }

  private static boolean isPossible(Endpoint end) {
    return end.port() != 0 && !end.isAny() && !end.isMulticast();
  }

  private long toSend(FdState.Tcp tcp) {
    return tcp.sendQueue().isPresent() ? checkpoint.object(tcp.sendQueue().getAsInt()).length() : 0;
  }

  private static int nextReceived(FdState.Socket socket, FdState.Tcp tcp) {
    boolean ended = (TcpState.shutdown(socket.state()) & NO_RECEIVING) != 0;
    return tcp.receiveSequence() - (ended ? 1 : 0);
  }

  /** As the kernel asks, {@code tcp_repair_set_window} of {@code net/ipv4/tcp.c}. */
  private static boolean isPossible(FdState.Tcp tcp, Bytes window) {
    ByteBuffer fields = ByteBuffer.wrap(window.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    int next = tcp.receiveSequence();
    int end = next + fields.getInt(RECEIVE_WINDOW);
    return Integer.compareUnsigned(fields.getInt(LARGEST_WINDOW), fields.getInt(SEND_WINDOW)) >= 0
        && end - fields.getInt(WINDOW_BASE) >= 0
        && next - fields.getInt(RECEIVE_UPDATE) >= 0;
  }

  /** What the other end has received lies between what it has acknowledged and what was sent. */
  private boolean agrees(FdState.Socket sender, FdState.Socket receiver) {
    FdState.Tcp sent = sender.tcp().orElseThrow();
    boolean ended = (TcpState.shutdown(sender.state()) & NO_SENDING) != 0;
    int endOfBytes = sent.sendSequence() - (ended ? 1 : 0);
    int received = nextReceived(receiver, receiver.tcp().orElseThrow());
    long behindFirst = received - (endOfBytes - (int) toSend(sent));
    return behindFirst >= 0 && behindFirst <= toSend(sent) - sent.unsent();
  }
}

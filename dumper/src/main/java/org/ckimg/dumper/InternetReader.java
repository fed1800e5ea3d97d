package org.ckimg.dumper;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.net.Peek;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.net.TcpConnection;
import org.ckimg.linux.net.TcpState;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.Poll;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Endpoint;
import org.ckimg.spec.model.FdState;

/**
 * Sockets of TCP and UDP, tcp(7), udp(7). A connection inside the tree has both of its ends there.
 */
final class InternetReader {
  private static final int BOTH = 3;

  private final SocketOptions options;
  private final List<String> notes;
  private final Map<Ends, SocketCollector.Open> connections = new HashMap<>();

  /** Both addresses of one end of a connection. */
  private record Ends(Endpoint local, Endpoint remote) {
    Ends turned() {
      return new Ends(remote, local);
    }
  }

  /**
   * A reader of these sockets.
   *
   * @param notes get what is lost and can be done without
   */
  InternetReader(List<SocketCollector.Open> sockets, SocketOptions options, List<String> notes)
      throws IOException {
    this.options = options;
    this.notes = notes;
    for (SocketCollector.Open socket : sockets) {
      Optional<Ends> ends = socket.kind() == SocketKind.TCP ? ends(socket) : Optional.empty();
      ends.ifPresent(e -> connections.put(e, socket));
    }
  }

  private static Optional<Ends> ends(SocketCollector.Open socket) throws IOException {
    Optional<Endpoint> local =
        address(SocketCalls.localAddress(socket.copy())).flatMap(Endpoint::of);
    Optional<Endpoint> remote =
        SocketCalls.remoteAddress(socket.copy()).map(Bytes::of).flatMap(Endpoint::of);
    return local.isPresent() && remote.isPresent()
        ? Optional.of(new Ends(local.get(), remote.get()))
        : Optional.empty();
  }

  /** An address that says something: neither every one nor a port. */
  private static Optional<Bytes> address(byte[] address) {
    Bytes bytes = Bytes.of(address);
    return Endpoint.of(bytes)
        .filter(endpoint -> !endpoint.isAny() || endpoint.port() != 0)
        .map(endpoint -> bytes);
  }

  /** One socket; empty when it cannot be captured, which is told. */
  Optional<SocketCollector.Found> read(SocketCollector.Open socket) throws IOException {
    return socket.kind() == SocketKind.TCP ? stream(socket) : datagrams(socket);
  }

  private Optional<SocketCollector.Found> datagrams(SocketCollector.Open socket)
      throws IOException {
    boolean connected = SocketCalls.remoteAddress(socket.copy()).isPresent();
    if ((Poll.events(socket.copy(), Poll.IN) & Poll.ERR) != 0) {
      // Asking which one would take it away.
      notes.add(
          "process %d: fd %d: an error that this socket was told, and its program was not, is not saved"
              .formatted(socket.held().pid(), socket.held().fd()));
    }
    int state = connected ? FdState.Socket.ESTABLISHED : FdState.Socket.CLOSED;
    return found(socket, state, OptionalInt.empty(), 0, OptionalInt.empty());
  }

  private Optional<SocketCollector.Found> stream(SocketCollector.Open socket) throws IOException {
    TcpState tcp = TcpState.of(socket.copy());
    return switch (tcp.state()) {
      case TcpState.SYN_SENT, TcpState.SYN_RECEIVED -> {
        socket.held().refuse("internet socket that is being connected");
        yield Optional.empty();
      }
      case FdState.Socket.LISTENING -> {
        if (tcp.waiting() > 0) {
          socket
              .held()
              .refuse(
                  "internet socket with %d connections that it has not accepted"
                      .formatted(tcp.waiting()));
          yield Optional.empty();
        }
        yield found(socket, tcp.state(), OptionalInt.of(tcp.backlog()), 0, OptionalInt.empty());
      }
      case FdState.Socket.CLOSED ->
          found(socket, tcp.state(), OptionalInt.empty(), ended(socket), OptionalInt.empty());
      default -> connection(socket, tcp);
    };
  }

  /** All that was shut of a socket that has no connection, which tells one that had one. */
  private static int ended(SocketCollector.Open socket) throws IOException {
    if (SocketOptions.wasReset(socket)) {
      return BOTH;
    }
    try (Peek peek = new Peek(socket.copy(), false, 1)) {
      return peek.next().isPresent() ? BOTH : 0;
    } catch (SyscallException e) {
      if (e.errno() == Errno.ENOTCONN) {
        return 0;
      }
      throw e;
    }
  }

  private Optional<SocketCollector.Found> connection(SocketCollector.Open socket, TcpState tcp)
      throws IOException {
    Optional<SocketCollector.Open> other = ends(socket).map(Ends::turned).map(connections::get);
    if (other.isPresent() && socket.lock().isEmpty()) {
      TcpState.acknowledge(other.get().copy());
      if (SocketCalls.outstanding(socket.copy()) > 0) {
        socket.held().refuse("internet socket with bytes that have not yet arrived");
        return Optional.empty();
      }
    }
    OptionalInt peer =
        other.map(o -> OptionalInt.of(o.held().description())).orElse(OptionalInt.empty());
    Optional<SocketCollector.Found> found =
        found(socket, tcp.state(), OptionalInt.empty(), tcp.shutdown(), peer);
    return found.isPresent() && socket.lock().isPresent()
        ? Optional.of(goingOn(found.get(), TcpConnection.read(socket.copy())))
        : found;
  }

  private static SocketCollector.Found goingOn(
      SocketCollector.Found found, TcpConnection connection) {
    FdState.Tcp tcp =
        new FdState.Tcp(
            connection.receiveSequence(),
            connection.sendSequence(),
            OptionalInt.empty(),
            connection.unsent(),
            connection.segment(),
            connection.options(),
            connection.sendScale(),
            connection.receiveScale(),
            connection.timestamp(),
            connection.window().map(Bytes::of));
    return new SocketCollector.Found(
        found.description(),
        found.state().withTcp(Optional.of(tcp)),
        found.content(),
        connection.unacknowledged());
  }

  private Optional<SocketCollector.Found> found(
      SocketCollector.Open socket, int state, OptionalInt backlog, int shutdown, OptionalInt peer)
      throws IOException {
    boolean listens = state == FdState.Socket.LISTENING;
    SocketQueue queue = listens ? SocketQueue.NONE : SocketQueue.read(socket);
    if (queue.refusal().isPresent()) {
      socket.held().refuse("internet socket with " + queue.refusal().get());
      return Optional.empty();
    }
    FdState.Socket found =
        new FdState.Socket(
            socket.numbers().family(),
            socket.numbers().type(),
            socket.numbers().protocol(),
            state,
            backlog,
            shutdown,
            address(SocketCalls.localAddress(socket.copy())),
            SocketCalls.remoteAddress(socket.copy()).map(Bytes::of),
            peer,
            OptionalInt.empty(),
            options.read(socket, !listens && (state != FdState.Socket.CLOSED || shutdown != 0)),
            OptionalInt.empty(),
            queue.messages(),
            Optional.empty());
    return Optional.of(
        new SocketCollector.Found(socket.held().description(), found, queue.bytes()));
  }
}

package org.ckimg.restorer.audit;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SocketAddress;
import org.ckimg.spec.model.UnixName;

/** Sockets: who is at their other ends, and what is in their queues. */
final class SocketAudit {
  private static final int CAP_NET_BIND_SERVICE = 10;

  private final Checkpoint checkpoint;
  private final SocketGraph graph;
  private final Findings findings;
  private final ProcessState process;
  private final HostFacts host;
  private final Policy policy;
  private final SocketNameAudit names;
  private final SocketAddressAudit addresses;
  private final SocketOptionAudit options;

  SocketAudit(
      Relations relations,
      ProcessState process,
      HostFacts host,
      RestoreOptions options,
      Findings findings) {
    this.checkpoint = relations.checkpoint();
    this.graph = relations.sockets();
    this.findings = findings;
    this.process = process;
    this.host = host;
    this.policy = options.policy();
    this.names = new SocketNameAudit(checkpoint, graph, host, options.policy(), findings);
    this.addresses = new SocketAddressAudit(checkpoint, graph, host, options, findings);
    this.options = new SocketOptionAudit(graph, process, findings);
  }

  void run(FdEntry fd, OpenFile description) {
    String subject = fd.name();
    if (!(description.state().orElse(null) instanceof FdState.Socket socket)) {
      refuse("AU-SCK-01", subject, "the image does not say what this socket is");
      return;
    }
    Optional<SocketKind> kind = SocketGraph.kind(socket);
    if (kind.isEmpty()) {
      refuse(
          "AU-SCK-01",
          subject,
          "a socket of family %d, type %d, protocol %d is not supported by this version"
              .formatted(socket.family(), socket.kind(), socket.protocol()));
      return;
    }
    Optional<String> contradiction = contradiction(description.id(), socket, kind.get());
    if (contradiction.isPresent()) {
      refuse("AU-SCK-02", subject, contradiction.get());
      return;
    }
    if (kind.get().isUnix()) {
      names.run(subject, description.id(), socket);
    } else {
      addresses.run(subject, description.id(), socket, kind.get(), mayHaveAnyPort());
    }
    options.run(subject, description.id(), socket, kind.get());
    grant(subject, socket, kind.get());
  }

  /** By its own right, or one that it had when it bound the port, and that the caller may give. */
  private boolean mayHaveAnyPort() {
    boolean own =
        process
            .leader()
            .credentials()
            .flatMap(Credentials::capabilities)
            .filter(sets -> (sets.effective() >>> CAP_NET_BIND_SERVICE & 1) != 0)
            .isPresent();
    boolean permitted = (policy.identity().capabilities() >>> CAP_NET_BIND_SERVICE & 1) != 0;
    return own || permitted && host.caller().mayGrant(CAP_NET_BIND_SERVICE);
  }

  private void refuse(String rule, String subject, String text) {
    findings.refuse(rule, Severity.HIGH, subject, text);
  }

  private void grant(String subject, FdState.Socket socket, SocketKind kind) {
    StringBuilder what = new StringBuilder(subject + ": ");
    what.append(kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')).append(" socket");
    socket.local().ifPresent(a -> what.append(' ').append(text(a)));
    socket.remote().ifPresent(a -> what.append(" to ").append(text(a)));
    if (socket.state() == FdState.Socket.LISTENING) {
      what.append(", listening");
    }
    if (!socket.messages().isEmpty()) {
      what.append(", %d bytes in it".formatted(socket.queuedBytes()));
    }
    findings.grants("socket", what.toString());
  }

  private String text(Bytes address) {
    return SocketAddress.text(checkpoint.host(), address);
  }

  /** What no kernel would say of a socket; empty when it is one that there can be. */
  private Optional<String> contradiction(int id, FdState.Socket socket, SocketKind kind) {
    if (!kind.isUnix()) {
      return addresses.contradiction(id, socket, kind);
    }
    boolean known =
        Set.of(FdState.Socket.ESTABLISHED, FdState.Socket.CLOSED, FdState.Socket.LISTENING)
            .contains(socket.state());
    boolean listens = socket.state() == FdState.Socket.LISTENING;
    if (!known || listens && !kind.isConnected()) {
      return Optional.of("cannot be in state " + socket.state());
    }
    if (isNoName(socket.local()) || isNoName(socket.remote())) {
      return Optional.of("has an address that is no name of a Unix socket");
    }
    if (listens && (socket.local().isEmpty() || !socket.messages().isEmpty())) {
      return Optional.of("listens without a name, or has received something");
    }
    return socket.peer().isPresent() ? peer(id, socket, kind) : Optional.empty();
  }

  private static boolean isNoName(Optional<Bytes> address) {
    return address.isPresent()
        && (address.get().length() > UnixName.MAX_ADDRESS || UnixName.of(address.get()).isEmpty());
  }

  private Optional<String> peer(int id, FdState.Socket socket, SocketKind kind) {
    OptionalInt peer = graph.peer(id);
    if (peer.isEmpty()) {
      return Optional.empty();
    }
    FdState.Socket other = graph.get(peer.getAsInt());
    boolean connected = socket.state() == FdState.Socket.ESTABLISHED;
    boolean same = other.family() == socket.family() && other.kind() == socket.kind();
    boolean mutual = other.peer().orElse(0) == id;
    boolean waits = other.state() == FdState.Socket.LISTENING;
    boolean possible =
        kind.isConnected()
            ? waits ? socket.messages().isEmpty() : mutual
            : mutual || other.local().isPresent() && other.local().equals(socket.remote());
    return connected && same && possible && peer.getAsInt() != id
        ? Optional.empty()
        : Optional.of(
            "is not connected with description %d as that is with it".formatted(peer.getAsInt()));
  }
}

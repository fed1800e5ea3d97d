package org.ckimg.restorer.audit;

import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.net.SocketOption;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Endpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.SocketAddress;

/** Addresses and connections of TCP and UDP. */
final class SocketAddressAudit {
  private final Checkpoint checkpoint;
  private final SocketGraph graph;
  private final HostFacts host;
  private final RestoreOptions options;
  private final Findings findings;
  private final ConnectionAudit connections;

  SocketAddressAudit(
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
    this.connections = new ConnectionAudit(checkpoint, graph, host, options, findings);
  }

  void run(String subject, int id, FdState.Socket socket, SocketKind kind, boolean mayHaveAnyPort) {
    if (graph.isResumed(id)) {
      connections.run(subject, id, socket, text(socket));
    } else if (graph.isSevered(id)) {
      auditSevered(subject, socket);
      return;
    } else if (kind == SocketKind.TCP) {
      connections.auditMadeAnew(subject, socket);
    }
    Optional<Endpoint> local = socket.local().flatMap(Endpoint::of);
    local.ifPresent(endpoint -> auditLocal(subject, id, socket, kind, endpoint, mayHaveAnyPort));
    boolean outside =
        local.filter(e -> !e.isLoopback()).isPresent()
            || socket.remote().flatMap(Endpoint::of).filter(e -> !e.isLoopback()).isPresent();
    if (outside) {
      findings.answer(
          options.policy().sockets().internet(),
          "AU-SCK-11",
          Severity.MEDIUM,
          subject,
          "others can reach %s, or it them".formatted(text(socket)));
    }
    long lost =
        kind == SocketKind.UDP ? socket.messages().stream().filter(m -> !isFromHere(m)).count() : 0;
    if (lost > 0) {
      findings.adjust(
          "AU-SCK-04", subject, "%d datagrams are lost, which came from elsewhere".formatted(lost));
    }
  }

  private static boolean isFromHere(FdState.Message message) {
    return message.sender().flatMap(Endpoint::of).filter(Endpoint::isLoopback).isPresent();
  }

  private void auditSevered(String subject, FdState.Socket socket) {
    if (socket.state() != FdState.Socket.CLOSED) {
      findings.warn(
          "AU-SCK-12",
          Severity.MEDIUM,
          subject,
          "the connection %s comes back as one that the other end has reset"
              .formatted(text(socket)));
    }
  }

  private String text(FdState.Socket socket) {
    String local = socket.local().map(this::text).orElse("without an address");
    return socket.remote().map(remote -> local + " to " + text(remote)).orElse(local);
  }

  private String text(Bytes address) {
    return SocketAddress.text(checkpoint.host(), address);
  }

  private void auditLocal(
      String subject,
      int id,
      FdState.Socket socket,
      SocketKind kind,
      Endpoint local,
      boolean mayHaveAnyPort) {
    if (!isOfHost(socket, local)) {
      findings.refuse(
          "AU-SCK-08",
          Severity.HIGH,
          subject,
          "%s is no address of this host".formatted(text(socket.local().get())));
    }
    if (local.port() != 0 && local.port() < host.sockets().firstFreePort() && !mayHaveAnyPort) {
      findings.refuse(
          "AU-SCK-09",
          Severity.HIGH,
          subject,
          "port %d needs CAP_NET_BIND_SERVICE, which the program does not have"
              .formatted(local.port()));
    }
    boolean shares =
        graph.isResumed(id)
            || isSet(socket, SocketOption.REUSEPORT)
            || kind == SocketKind.UDP && isSet(socket, SocketOption.REUSEADDR);
    boolean taken = host.sockets().ports().stream().anyMatch(port -> port.excludes(kind, local));
    if (taken && !shares && local.port() != 0) {
      findings.refuse(
          "AU-SCK-10",
          Severity.MEDIUM,
          subject,
          "somebody else has %s".formatted(text(socket.local().get())));
    }
  }

  private boolean isOfHost(FdState.Socket socket, Endpoint local) {
    return local.isAny()
        || local.isLoopback()
        || local.isMulticast()
        || host.sockets().addresses().contains(local.address())
        || isSet(socket, SocketOption.IP_FREEBIND)
        || isSet(socket, SocketOption.IPV6_FREEBIND);
  }

  private static boolean isSet(FdState.Socket socket, SocketOption wanted) {
    return socket.options().stream()
        .filter(o -> o.level() == wanted.level() && o.name() == wanted.number())
        .anyMatch(o -> o.value().length() > 0 && o.value().at(0) != 0);
  }

  /** What no kernel would say of such a socket; empty when it is one that there can be. */
  Optional<String> contradiction(int id, FdState.Socket socket, SocketKind kind) {
    if (isNoAddress(socket, socket.local()) || isNoAddress(socket, socket.remote())) {
      return Optional.of("has an address that is none of its family");
    }
    boolean listens = socket.state() == FdState.Socket.LISTENING;
    boolean connects = graph.connection(id).isPresent();
    if (kind == SocketKind.UDP) {
      boolean possible =
          socket.peer().isEmpty()
              && (socket.state() == FdState.Socket.ESTABLISHED
                      && socket.remote().isPresent()
                      && socket.local().isPresent()
                  || socket.state() == FdState.Socket.CLOSED && socket.remote().isEmpty())
              && (socket.messages().isEmpty() || socket.local().isPresent());
      return possible ? Optional.empty() : Optional.of("cannot be in state " + socket.state());
    }
    if (listens && (socket.local().isEmpty() || !socket.messages().isEmpty())
        || !connects && !listens && !socket.messages().isEmpty()) {
      return Optional.of("listens without an address, or has received something unconnected");
    }
    return graph.peer(id).isPresent() ? peer(id, socket) : Optional.empty();
  }

  private static boolean isNoAddress(FdState.Socket socket, Optional<Bytes> address) {
    return address.isPresent()
        && (Endpoint.of(address.get()).isEmpty() || address.get().at(0) != socket.family());
  }

  private Optional<String> peer(int id, FdState.Socket socket) {
    OptionalInt peer = graph.peer(id);
    FdState.Socket other = graph.get(peer.getAsInt());
    boolean mutual =
        other.peer().orElse(0) == id
            && peer.getAsInt() != id
            && SocketGraph.kind(other).orElseThrow() == SocketKind.TCP
            && isSame(socket.local(), other.remote())
            && isSame(socket.remote(), other.local())
            && graph.connection(id).isPresent();
    return mutual
        ? Optional.empty()
        : Optional.of(
            "is not connected with description %d as that is with it".formatted(peer.getAsInt()));
  }

  private static boolean isSame(Optional<Bytes> a, Optional<Bytes> b) {
    return a.isPresent() && b.isPresent() && Endpoint.of(a.get()).equals(Endpoint.of(b.get()));
  }
}

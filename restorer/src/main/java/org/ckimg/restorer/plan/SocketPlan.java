package org.ckimg.restorer.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.restorer.sockets.SocketGraph.Connection;
import org.ckimg.spec.model.FdState;

/**
 * How the sockets are made that one process makes: listeners before whom they accepted, queues
 * before somebody is shut out, options last.
 */
final class SocketPlan {
  private final SocketGraph graph;
  private final List<Integer> ids;
  private final Consumer<Step> steps;

  /**
   * A plan.
   *
   * @param descriptions that are made here, sockets among them
   */
  SocketPlan(SocketGraph graph, Set<Integer> descriptions, Consumer<Step> steps) {
    this.graph = graph;
    this.ids = graph.ids().stream().filter(descriptions::contains).toList();
    this.steps = steps;
  }

  private void add(SocketStep step) {
    steps.accept(new Step.OnSocket(step));
  }

  void make() {
    forEach(this::isMadeAlone, (id, socket) -> add(new SocketStep.Make(id, socket)));
    Set<Connection> connections = new LinkedHashSet<>();
    ids.forEach(id -> graph.connection(id).ifPresent(connections::add));
    connections.stream()
        .filter(
            connection -> isInternet(connection) && !graph.isResumed(connection.ends().getFirst()))
        .forEach(connection -> add(new SocketStep.Join(connection)));
    forEach(graph::isResumed, (id, socket) -> add(new SocketStep.Resume(id, socket)));
    forEach(id -> isMadeAlone(id) && graph.isBound(id), this::bind);
    forEach(
        this::listens, (id, socket) -> add(new SocketStep.Listen(id, socket.backlog().orElse(0))));
    connections.stream()
        .filter(connection -> !isInternet(connection))
        .forEach(connection -> add(new SocketStep.Join(connection)));
    forEach(id -> !isMadeAlone(id) && graph.isBound(id), this::bind);
    for (int listener : ids) {
      graph.waiting(listener).forEach(id -> add(new SocketStep.Wait(id, listener)));
    }
    forEach(id -> !graph.get(id).messages().isEmpty() && !graph.isResumed(id), this::fill);
    forEach(this::isConnectedLater, (id, socket) -> add(new SocketStep.Connect(id, socket)));
    forEach(id -> true, (id, socket) -> add(new SocketStep.Finish(id, socket)));
  }

  private void bind(int id, FdState.Socket socket) {
    add(new SocketStep.Bind(id, socket));
  }

  private void fill(int id, FdState.Socket socket) {
    Optional<Connection> connection = graph.connection(id);
    List<OptionalInt> senders = new ArrayList<>();
    for (FdState.Message message : socket.messages()) {
      senders.add(
          connection.isPresent()
              ? connection.get().otherThan(id)
              : message.sender().map(graph::datagramSocket).orElse(OptionalInt.empty()));
    }
    add(new SocketStep.Fill(id, socket, senders, connection.isPresent()));
  }

  /** Makes a step of a socket. */
  @FunctionalInterface
  private interface Maker {
    void add(int id, FdState.Socket socket);
  }

  private void forEach(IntPredicate wanted, Maker maker) {
    for (int id : ids) {
      if (wanted.test(id)) {
        maker.add(id, graph.get(id));
      }
    }
  }

  /** Nobody may listen yet where a connection is made anew. */
  private boolean isInternet(Connection connection) {
    return SocketGraph.kind(graph.get(connection.ends().getFirst())).orElseThrow()
        == SocketKind.TCP;
  }

  /** Ends of a connection are made with it, but for one that connects to a listener. */
  private boolean isMadeAlone(int id) {
    return graph
        .connection(id)
        .map(c -> c.listener().isPresent() && c.second().orElse(0) == id)
        .orElse(true);
  }

  private boolean listens(int id) {
    return graph.get(id).state() == FdState.Socket.LISTENING;
  }

  private boolean isConnectedLater(int id) {
    FdState.Socket socket = graph.get(id);
    return switch (SocketGraph.kind(socket).orElseThrow()) {
      case UNIX_DATAGRAM -> graph.connection(id).isEmpty() && graph.peer(id).isPresent();
      case UDP -> socket.remote().isPresent();
      case UNIX_STREAM, UNIX_SEQPACKET, TCP -> false;
    };
  }
}

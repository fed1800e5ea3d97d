package org.ckimg.restorer.sockets;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Endpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.UnixName;

/**
 * The sockets of an image and what holds them together: ends of connections, listeners that made
 * them, senders of what has not been read. Of kinds that are not restored none is here.
 */
public final class SocketGraph {
  private final SortedMap<Integer, FdState.Socket> sockets = new TreeMap<>();
  private final Map<Integer, Connection> connections = new TreeMap<>();
  private final Map<Integer, Set<Integer>> users = new HashMap<>();
  private final Map<Integer, List<Integer>> waiting = new HashMap<>();
  private final Map<Listener, Integer> listeners = new HashMap<>();
  private final Map<Bytes, Integer> unixDatagrams = new HashMap<>();
  private final Map<Integer, List<Integer>> udpByPort = new HashMap<>();
  private final Tree tree;
  private final boolean tcp;
  private final Set<Integer> shared = new TreeSet<>();

  private SocketGraph(Checkpoint checkpoint, Tree tree, boolean tcp) {
    this.tree = tree;
    this.tcp = tcp;
    for (ProcessState process : checkpoint.processes()) {
      for (FdEntry fd : process.fds()) {
        users.computeIfAbsent(fd.description(), k -> new LinkedHashSet<>()).add(process.pid());
      }
    }
  }

  /** What connect(2) finds a listening socket by. */
  private record Listener(int kind, Bytes address) {}

  /**
   * A connection of Unix sockets that was accepted, or was made whole.
   *
   * @param first one end; the accepted one, where there was a listener
   * @param second the other end; empty when it was closed
   * @param listener the listening socket that made it, when it is in the image
   */
  public record Connection(OptionalInt first, OptionalInt second, OptionalInt listener) {
    /** Ids of the ends that are there. */
    public List<Integer> ends() {
      List<Integer> ends = new ArrayList<>();
      first.ifPresent(ends::add);
      second.ifPresent(ends::add);
      return ends;
    }

    /** The end that is not this one. */
    public OptionalInt otherThan(int id) {
      return first.orElse(0) == id ? second : first;
    }
  }

  /**
   * The sockets of an image but for those that the caller gives.
   *
   * @param tcp true when connections of TCP are to go on where they were
   */
  public static SocketGraph of(Checkpoint checkpoint, Tree tree, Inherited inherited, boolean tcp) {
    SocketGraph graph = new SocketGraph(checkpoint, tree, tcp);
    for (OpenFile open : checkpoint.descriptions()) {
      boolean own = inherited.callerFd(open.id()).isEmpty();
      if (own
          && open.state().orElse(null) instanceof FdState.Socket socket
          && kind(socket).isPresent()) {
        graph.sockets.put(open.id(), socket);
      }
    }
    graph.sockets.forEach(graph::index);
    graph.findWaiting();
    graph.sockets.keySet().forEach(graph::connect);
    graph.findShared();
    return graph;
  }

  /** Of several under one name the first is meant. */
  private void index(int id, FdState.Socket socket) {
    if (socket.local().isEmpty()) {
      return;
    }
    Bytes address = socket.local().get();
    if (socket.state() == FdState.Socket.LISTENING) {
      listeners.putIfAbsent(new Listener(socket.kind(), address), id);
    }
    switch (kind(socket).orElseThrow()) {
      case UNIX_DATAGRAM -> unixDatagrams.putIfAbsent(address, id);
      case UDP ->
          Endpoint.of(address)
              .ifPresent(
                  own -> udpByPort.computeIfAbsent(own.port(), k -> new ArrayList<>()).add(id));
      case UNIX_STREAM, UNIX_SEQPACKET, TCP -> {}
    }
  }

  /** What kind a socket is; empty for one that is not restored. */
  public static Optional<SocketKind> kind(FdState.Socket socket) {
    return new SocketKind.Numbers(socket.family(), socket.kind(), socket.protocol()).kind();
  }

  /** What a socket is bound to, if that is a name of a Unix socket. */
  public static Optional<UnixName> name(FdState.Socket socket) {
    return socket.local().flatMap(UnixName::of);
  }

  /** What TCP calls by other names was connected too, and so was what is shut both ways. */
  private static boolean isConnected(FdState.Socket socket) {
    return switch (kind(socket).orElseThrow()) {
      case UNIX_STREAM, UNIX_SEQPACKET, UNIX_DATAGRAM ->
          socket.state() == FdState.Socket.ESTABLISHED;
      case TCP ->
          socket.state() != FdState.Socket.LISTENING
              && (socket.state() != FdState.Socket.CLOSED || socket.shutdown() != 0);
      case UDP -> false;
    };
  }

  private void connect(int id) {
    FdState.Socket socket = sockets.get(id);
    if (!isConnected(socket) || connections.containsKey(id) || isWaiting(id) || isOneSided(id)) {
      return;
    }
    if (kind(socket).orElseThrow() == SocketKind.TCP) {
      Connection connection = new Connection(OptionalInt.of(id), peer(id), OptionalInt.empty());
      connection.ends().forEach(end -> connections.put(end, connection));
      return;
    }
    OptionalInt peer = peer(id);
    boolean accepted = listener(socket).isPresent();
    boolean swapped = !accepted && peer.isPresent() && listener(get(peer.getAsInt())).isPresent();
    // A client of somebody who listens and whose end was closed: the remote name leads there.
    OptionalInt closed = peer.isEmpty() && !accepted ? listenerAt(socket) : OptionalInt.empty();
    Connection connection =
        closed.isPresent()
            ? new Connection(OptionalInt.empty(), OptionalInt.of(id), closed)
            : swapped
                ? new Connection(peer, OptionalInt.of(id), listener(get(peer.getAsInt())))
                : new Connection(OptionalInt.of(id), peer, listener(socket));
    connection.ends().forEach(end -> connections.put(end, connection));
  }

  /** A datagram socket that sends to one with a name needs no connection to be made. */
  private boolean isOneSided(int id) {
    FdState.Socket socket = sockets.get(id);
    if (kind(socket).orElseThrow() != SocketKind.UNIX_DATAGRAM || peer(id).isEmpty()) {
      return false;
    }
    int peer = peer(id).getAsInt();
    boolean mutual = peer(peer).orElse(0) == id;
    boolean named = name(socket).isPresent() && name(get(peer)).isPresent();
    return !mutual || named;
  }

  /** The listener whose name an accepted socket has. */
  private OptionalInt listener(FdState.Socket socket) {
    return listenerOf(socket, socket.local());
  }

  /** The listener that a socket has connected to. */
  private OptionalInt listenerAt(FdState.Socket socket) {
    return listenerOf(socket, socket.remote());
  }

  private OptionalInt listenerOf(FdState.Socket socket, Optional<Bytes> address) {
    return optional(address.map(at -> listeners.get(new Listener(socket.kind(), at))));
  }

  private static OptionalInt optional(Optional<Integer> id) {
    return id.isPresent() ? OptionalInt.of(id.get()) : OptionalInt.empty();
  }

  /** The other end, when it is in the image and no listener. */
  public OptionalInt peer(int id) {
    OptionalInt peer = get(id).peer();
    return peer.isPresent() && sockets.containsKey(peer.getAsInt()) ? peer : OptionalInt.empty();
  }

  /** True for one that has connected to a listener who has not accepted it. */
  public boolean isWaiting(int id) {
    OptionalInt peer = peer(id);
    return peer.isPresent() && get(peer.getAsInt()).state() == FdState.Socket.LISTENING;
  }

  /** Those that wait for a listener, in their order. */
  public List<Integer> waiting(int listener) {
    return waiting.getOrDefault(listener, List.of());
  }

  private void findWaiting() {
    for (int id : sockets.keySet()) {
      if (isWaiting(id)) {
        waiting.computeIfAbsent(peer(id).getAsInt(), _ -> new ArrayList<>()).add(id);
      }
    }
    Comparator<Integer> byPlace = Comparator.comparingInt(id -> get(id).backlog().orElse(0));
    waiting.values().forEach(ids -> ids.sort(byPlace));
  }

  /** Ids of all, ascending. */
  public Set<Integer> ids() {
    return sockets.keySet();
  }

  /** One of them. */
  public FdState.Socket get(int id) {
    return sockets.get(id);
  }

  /** True for one end of TCP whose other end is outside or has gone: only its end can be made. */
  public boolean isSevered(int id) {
    return kind(get(id)).orElseThrow() == SocketKind.TCP
        && connection(id).filter(c -> c.ends().size() == 1).isPresent();
  }

  /** True for an end of a connection of TCP that goes on, as was asked for, where it was. */
  public boolean isResumed(int id) {
    return tcp
        && connection(id)
            .filter(c -> c.ends().stream().allMatch(end -> get(end).tcp().isPresent()))
            .isPresent();
  }

  /** The connection that it is an end of; empty for any that socket(2) makes. */
  public Optional<Connection> connection(int id) {
    return Optional.ofNullable(connections.get(id));
  }

  /** True for a Unix socket that was bound, and did not get its name from a listener. */
  public boolean ownsName(int id) {
    boolean accepted =
        connection(id)
            .filter(c -> c.listener().isPresent() && c.first().orElse(0) == id)
            .isPresent();
    return name(get(id)).isPresent() && !accepted && !isNameLost(id);
  }

  /** True for a socket that is bound by itself, to a name or to an address. */
  public boolean isBound(int id) {
    FdState.Socket socket = get(id);
    return kind(socket).orElseThrow().isUnix()
        ? ownsName(id)
        : socket.local().isPresent() && connection(id).isEmpty();
  }

  /**
   * True for one end of a connection that has a name which only a listener could have given it, and
   * the listener is gone.
   */
  public boolean isNameLost(int id) {
    FdState.Socket socket = get(id);
    return kind(socket).orElseThrow().isConnected()
        && name(socket).isPresent()
        && connection(id).filter(c -> c.listener().isEmpty()).isPresent();
  }

  /** The datagram socket of the image that sends from this address. */
  public OptionalInt datagramSocket(Bytes address) {
    Integer unix = unixDatagrams.get(address);
    return unix != null
        ? OptionalInt.of(unix)
        : optional(Endpoint.of(address).flatMap(this::udpSocket));
  }

  private Optional<Integer> udpSocket(Endpoint from) {
    return udpByPort.getOrDefault(from.port(), List.of()).stream()
        .filter(id -> sendsFrom(Endpoint.of(get(id).local().orElseThrow()).orElseThrow(), from))
        .findFirst();
  }

  private static boolean sendsFrom(Endpoint own, Endpoint from) {
    return own.isAny() || own.equals(from);
  }

  /** Those that several processes have or are connected by: the first process makes them. */
  public Set<Integer> shared() {
    return shared;
  }

  /** The process that makes a socket; none where no process has it, or nothing leads to it. */
  public Optional<ProcessState> maker(int id) {
    return shared.contains(id)
        ? tree.roots().stream().findFirst()
        : users.getOrDefault(id, Set.of()).stream().findFirst().flatMap(tree::living);
  }

  private void findShared() {
    Set<Set<Integer>> groups = Collections.newSetFromMap(new IdentityHashMap<>());
    groups.addAll(together().values());
    for (Set<Integer> group : groups) {
      Set<Integer> pids = new HashSet<>();
      group.forEach(id -> pids.addAll(users.getOrDefault(id, Set.of())));
      if (pids.size() > 1) {
        shared.addAll(group);
      }
    }
  }

  private Map<Integer, Set<Integer>> together() {
    Map<Integer, Set<Integer>> groups = new HashMap<>();
    sockets.keySet().forEach(id -> groups.put(id, new LinkedHashSet<>(Set.of(id))));
    Map<Integer, Integer> byPort = new HashMap<>();
    for (int id : sockets.keySet()) {
      tcpPort(id).ifPresent(port -> unite(groups, id, byPort.computeIfAbsent(port, p -> id)));
      peer(id).ifPresent(peer -> unite(groups, id, peer));
      connection(id).ifPresent(c -> c.listener().ifPresent(other -> unite(groups, id, other)));
      for (FdState.Message message : get(id).messages()) {
        message
            .sender()
            .map(this::datagramSocket)
            .ifPresent(sender -> sender.ifPresent(other -> unite(groups, id, other)));
      }
    }
    return groups;
  }

  /** Several sockets of TCP can have one port only while none of them is finished. */
  private Optional<Integer> tcpPort(int id) {
    return kind(get(id)).orElseThrow() == SocketKind.TCP
        ? get(id).local().flatMap(Endpoint::of).map(Endpoint::port)
        : Optional.empty();
  }

  /** The smaller group moves, so that no id moves often. */
  private static void unite(Map<Integer, Set<Integer>> groups, int a, int b) {
    Set<Integer> first = groups.get(a);
    Set<Integer> second = groups.get(b);
    if (first == second) {
      return;
    }
    Set<Integer> into = first.size() < second.size() ? second : first;
    Set<Integer> from = into == first ? second : first;
    into.addAll(from);
    from.forEach(id -> groups.put(id, into));
  }
}

package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.sys.Sys;
import org.ckimg.restorer.plan.SocketStep;
import org.ckimg.restorer.plan.Step;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.restorer.sockets.SocketGraph.Connection;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/** Makes the sockets of a process. */
final class SocketSteps {
  private static final int F_SETFL = 4;
  private static final int SO_REUSEADDR = 2;
  private static final int SO_SNDBUF = 7;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_BUF_LOCK = 72;

  /** More than any queue that was filled by somebody without such a right. */
  private static final int AMPLE = 64 << 20;

  /** As long as the writes are that fill a queue best. */
  private static final int CHUNK = 64 << 10;

  private final Construction construction;
  private final RemoteSockets remote;
  private final SocketNames names;
  private final SocketOptionSteps options;
  private final TcpConnections tcp;
  private final TcpResumption resumption;
  private final UdpQueues udp;

  /** By id of the description. */
  private final Map<Integer, Integer> fds = new HashMap<>();

  private final Set<Integer> resumed = new HashSet<>();

  /** Other ends that are not the program's, by the id of their socket. */
  private final Map<Integer, Integer> others = new HashMap<>();

  SocketSteps(Construction construction) {
    this.construction = construction;
    this.remote = new RemoteSockets(construction);
    this.names = new SocketNames(construction, remote);
    this.options = new SocketOptionSteps(construction, remote);
    this.tcp = new TcpConnections(remote, options);
    this.resumption = new TcpResumption(construction, remote, options);
    this.udp = new UdpQueues(construction, remote);
  }

  void execute(SocketStep step) throws IOException {
    switch (step) {
      case SocketStep.Make s -> make(s);
      case SocketStep.Bind s -> names.bind(s.id(), fds.get(s.id()), s.socket());
      case SocketStep.Listen s -> remote.listen(fds.get(s.id()), s.backlog());
      case SocketStep.Join s -> join(s.connection());
      case SocketStep.Resume s -> resume(s);
      case SocketStep.Wait s -> connectTo(fds.get(s.id()), s.listener());
      case SocketStep.Fill s -> fill(s);
      case SocketStep.Connect s -> connect(s);
      case SocketStep.Finish s -> finish(s);
    }
  }

  /** Gives a socket its numbers. */
  void open(Step.OpenDescription step) throws IOException {
    new Numbers(construction).give(fd(step.description().id()), step.fds());
  }

  /** The number that a socket has meanwhile, above all that the program has. */
  int fd(int id) {
    return fds.get(id);
  }

  private FdState.Socket socket(int id) {
    return (FdState.Socket) construction.checkpoint().description(id).state().orElseThrow();
  }

  private void make(SocketStep.Make step) throws IOException {
    int fd = remote.make(step.socket());
    fds.put(step.id(), fd);
    options.setEarly(fd, step.socket());
    if (isTcp(step.socket())) {
      // A connection that has just ended keeps its address for a while; finishing sets it right.
      remote.set(fd, SO_REUSEADDR, 1);
    }
  }

  private void join(Connection connection) throws IOException {
    if (connection.listener().isPresent()) {
      accept(connection);
      return;
    }
    FdState.Socket first = socket(connection.first().orElseThrow());
    int[] ends =
        !isTcp(first)
            ? remote.pair(first)
            : connection.second().isPresent()
                ? tcp.join(first, socket(connection.second().getAsInt()))
                : tcp.sever(first);
    end(connection.first(), ends[0], connection.second());
    end(connection.second(), ends[1], connection.first());
  }

  private void resume(SocketStep.Resume step) throws IOException {
    fds.put(step.id(), resumption.make(step.socket()));
    resumed.add(step.id());
  }

  private void accept(Connection connection) throws IOException {
    int listener = connection.listener().orElseThrow();
    int client =
        connection.second().isPresent()
            ? fds.get(connection.second().getAsInt())
            : remote.make(socket(listener));
    connectTo(client, listener);
    end(connection.first(), remote.accept(fds.get(listener)), connection.second());
    end(connection.second(), client, connection.first());
  }

  /** One end is there; where it is nobody's, the other one remembers it. */
  private void end(OptionalInt id, int fd, OptionalInt other) throws IOException {
    if (id.isEmpty()) {
      others.put(other.orElseThrow(), fd);
    } else if (fds.putIfAbsent(id.getAsInt(), fd) == null && !isTcp(socket(id.getAsInt()))) {
      options.setEarly(fd, socket(id.getAsInt()));
    }
  }

  private void connect(SocketStep.Connect step) throws IOException {
    if (step.socket().peer().isPresent()) {
      connectTo(fds.get(step.id()), step.socket().peer().getAsInt());
    } else {
      Bytes address = step.socket().remote().orElseThrow();
      remote.connect(fds.get(step.id()), address, names.text(address));
    }
  }

  private static boolean isTcp(FdState.Socket socket) {
    return SocketGraph.kind(socket).orElseThrow() == SocketKind.TCP;
  }

  private void connectTo(int fd, int target) throws IOException {
    names.connect(fd, target, socket(target));
  }

  /** Each message is sent by whom it came from, if that is in the program. */
  private void fill(SocketStep.Fill step) throws IOException {
    byte[] content =
        step.socket().queue().isPresent()
            ? construction.content(step.socket().queue().getAsInt())
            : new byte[0];
    int done = 0;
    List<FdState.Message> messages = step.socket().messages();
    for (int i = 0; i < messages.size(); i++) {
      int end = done + (int) messages.get(i).length();
      byte[] bytes = Arrays.copyOfRange(content, done, end);
      OptionalInt sender = step.senders().get(i);
      if (SocketGraph.kind(step.socket()).orElseThrow() == SocketKind.UDP) {
        Optional<Integer> own =
            sender.isPresent() ? Optional.of(fds.get(sender.getAsInt())) : Optional.empty();
        udp.send(step.socket(), messages.get(i), own, bytes);
      } else {
        send(step, sender, bytes);
      }
      done = end;
    }
  }

  private void send(SocketStep.Fill step, OptionalInt sender, byte[] bytes) throws IOException {
    Integer other = others.get(step.id());
    boolean anonymous = sender.isEmpty() && other == null;
    int fd =
        sender.isPresent()
            ? fds.get(sender.getAsInt())
            : anonymous ? remote.make(step.socket()) : other;
    int usual = remote.get(fd, SO_SNDBUF);
    if (remote.set(fd, SO_SNDBUFFORCE, AMPLE) != 0) {
      remote.set(fd, SO_SNDBUF, AMPLE);
    }
    if (step.connected()) {
      sendToEnd(fd, bytes, step.isStream());
    } else {
      names.send(fd, bytes, step.id(), step.socket());
    }
    remote.set(fd, SO_SNDBUF, usual / 2);
    remote.set(fd, SO_BUF_LOCK, 0);
    if (anonymous) {
      remote.close(fd);
    }
  }

  private void sendToEnd(int fd, byte[] bytes, boolean stream) throws IOException {
    int done = 0;
    do {
      int length = stream ? Math.min(CHUNK, bytes.length - done) : bytes.length;
      remote.send(fd, Arrays.copyOfRange(bytes, done, done + length), Bytes.EMPTY);
      done += length;
    } while (done < bytes.length);
  }

  private void finish(SocketStep.Finish step) throws IOException {
    int fd = fds.get(step.id());
    Integer other = others.remove(step.id());
    if (isTcp(step.socket()) && !resumed.contains(step.id())) {
      tcp.finish(fd, step.socket(), other);
    } else if (!isTcp(step.socket())) {
      finishUnix(fd, step.socket(), other);
    }
    options.setLate(fd, step.socket());
    long flags = construction.checkpoint().description(step.id()).flags() & FileSteps.FLAGS;
    construction.check("fcntl(F_SETFL)", "socket", Sys.FCNTL, fd, F_SETFL, flags);
  }

  private void finishUnix(int fd, FdState.Socket socket, Integer other) throws IOException {
    if (other != null) {
      if (socket.options().contains(FdState.Option.RESET)) {
        // What is never read there makes the kernel tell of a reset here.
        remote.send(fd, new byte[1], Bytes.EMPTY);
      }
      remote.close(other);
    }
    remote.shutdown(fd, socket.shutdown());
  }
}

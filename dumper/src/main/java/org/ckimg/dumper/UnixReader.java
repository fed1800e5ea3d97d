package org.ckimg.dumper;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.UnixSockets;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.UnixName;

/** Unix sockets, unix(7). The kernel tells who is connected with whom. */
final class UnixReader {
  private static final int BOTH = 3;

  private final Map<Long, UnixSockets.Socket> all;
  private final Map<Long, Integer> descriptions;
  private final FileTable files;
  private final SocketOptions options;
  private final Map<Long, Place> waiting = new HashMap<>();

  /** A place among the connections that a listener has not accepted. */
  private record Place(long listener, int before) {}

  /**
   * The other end.
   *
   * @param description its id
   * @param before how many wait before it, when the other end is a listener
   */
  private record End(OptionalInt description, OptionalInt before) {
    static final End NONE = new End(OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * A reader.
   *
   * @param all Unix sockets that there are
   * @param descriptions ids of those of the tree, by inode
   */
  UnixReader(
      Map<Long, UnixSockets.Socket> all,
      Map<Long, Integer> descriptions,
      FileTable files,
      SocketOptions options) {
    this.all = all;
    this.descriptions = descriptions;
    this.files = files;
    this.options = options;
    for (UnixSockets.Socket listener : all.values()) {
      for (int i = 0; i < listener.pending().size(); i++) {
        waiting.put(listener.pending().get(i), new Place(listener.inode(), i));
      }
    }
  }

  /** One socket; empty when it cannot be captured, which is told. */
  Optional<SocketCollector.Found> read(SocketCollector.Open socket) throws IOException {
    SocketCollector.Held held = socket.held();
    UnixSockets.Socket told = all.get(held.inode());
    if (told == null) {
      held.refuse("unix socket that the kernel does not tell of");
      return Optional.empty();
    }
    Optional<End> end = end(socket, told);
    if (end.isEmpty() || !canBeRead(socket, told)) {
      return Optional.empty();
    }
    boolean listens = told.state() == FdState.Socket.LISTENING;
    SocketQueue queue = listens ? SocketQueue.NONE : SocketQueue.read(socket);
    if (queue.refusal().isPresent()) {
      held.refuse("unix socket with " + queue.refusal().get());
      return Optional.empty();
    }
    FdState.Socket state =
        new FdState.Socket(
            socket.numbers().family(),
            socket.numbers().type(),
            socket.numbers().protocol(),
            state(socket, told),
            listens ? OptionalInt.of(told.queue()) : end.get().before(),
            told.shutdown(),
            named(SocketCalls.localAddress(socket.copy())),
            SocketCalls.remoteAddress(socket.copy()).flatMap(UnixReader::named),
            end.get().description(),
            told.name().isPresent() && told.file().isPresent()
                ? node(held.pid(), told)
                : OptionalInt.empty(),
            options.read(socket, !listens),
            OptionalInt.empty(),
            queue.messages(),
            Optional.empty());
    return Optional.of(new SocketCollector.Found(held.description(), state, queue.bytes()));
  }

  /** The kernel calls a datagram socket connected too when another one has connected to it. */
  private static int state(SocketCollector.Open socket, UnixSockets.Socket told) {
    boolean connected = socket.kind().isConnected() || told.peer().isPresent();
    return connected ? told.state() : FdState.Socket.CLOSED;
  }

  private static Optional<Bytes> named(byte[] address) {
    Bytes bytes = Bytes.of(address);
    return UnixName.of(bytes).map(name -> bytes);
  }

  /** Who is at the other end; empty when it is somebody that the image will not have. */
  private Optional<End> end(SocketCollector.Open socket, UnixSockets.Socket told)
      throws IOException {
    Place place = waiting.get(told.inode());
    if (place != null) {
      return listener(socket, place);
    }
    long peer = told.peer().orElse(0);
    if (peer != 0) {
      Integer description = descriptions.get(peer);
      if (description != null) {
        return Optional.of(new End(OptionalInt.of(description), OptionalInt.empty()));
      }
      socket.held().refuse("unix socket connected with %s".formatted(outsider(peer)));
      return Optional.empty();
    }
    boolean connected = told.state() == FdState.Socket.ESTABLISHED;
    if (connected && socket.kind().isConnected() && told.shutdown() != BOTH) {
      socket.held().refuse("unix socket that nobody has accepted, who listens is not known");
      return Optional.empty();
    }
    return Optional.of(End.NONE);
  }

  private Optional<End> listener(SocketCollector.Open socket, Place place) throws IOException {
    Integer description = descriptions.get(place.listener());
    if (description == null) {
      socket.held().refuse("unix socket that waits for %s".formatted(outsider(place.listener())));
      return Optional.empty();
    }
    if (SocketCalls.outstanding(socket.copy()) > 0) {
      socket.held().refuse("unix socket that has sent something and is not yet accepted");
      return Optional.empty();
    }
    return Optional.of(new End(OptionalInt.of(description), OptionalInt.of(place.before())));
  }

  private String outsider(long inode) {
    UnixSockets.Socket other = all.get(inode);
    String name =
        other == null || other.name().isEmpty()
            ? "socket:[%d]".formatted(inode)
            : new UnixName(Bytes.of(other.name().get())).toString();
    return name + ", which no process of the tree has";
  }

  private boolean canBeRead(SocketCollector.Open socket, UnixSockets.Socket told)
      throws IOException {
    SocketCollector.Held held = socket.held();
    for (long pending : told.pending()) {
      if (!descriptions.containsKey(pending)) {
        held.refuse("unix socket with a connection from outside that it has not accepted");
        return false;
      }
    }
    if (FdInfo.read(held.pid(), held.fd()).passedDescriptors() > 0) {
      held.refuse("unix socket with descriptors in its queue");
      return false;
    }
    return true;
  }

  /** The file, when the name still leads to it. */
  private OptionalInt node(int pid, UnixSockets.Socket told) throws IOException {
    byte[] path = told.name().get();
    if (path[0] != '/') {
      path =
          Bytes.of(ProcFile.link(pid, "cwd")).plus(Bytes.utf8("/")).plus(Bytes.of(path)).toArray();
    }
    int file;
    try {
      file = FileCalls.open(path, FileCalls.O_PATH | FileCalls.O_CLOEXEC, 0);
    } catch (SyscallException e) {
      // It was removed or moved; the socket does not mind.
      return OptionalInt.empty();
    }
    try {
      if (!UnixSockets.Node.of(FileCalls.status(file)).equals(told.file().get())) {
        return OptionalInt.empty();
      }
      int self = (int) ProcessHandle.current().pid();
      return OptionalInt.of(files.add("/proc/self/fd/" + file, Fds.link(self, file)).id());
    } finally {
      FileCalls.close(file);
    }
  }
}

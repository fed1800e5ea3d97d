package org.ckimg.restorer.gather;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.net.UnixSockets;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.UnixName;

/** Looks for what stands where sockets of an image are to be bound; nothing is changed. */
final class SocketLookup implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final SocketGraph graph;
  private final List<Integer> opened;
  private final Map<Credentials, FileIdentity> identities = new HashMap<>();

  /**
   * A lookup.
   *
   * @param opened descriptors that the caller closes
   */
  SocketLookup(Checkpoint checkpoint, SocketGraph graph, List<Integer> opened) {
    this.checkpoint = checkpoint;
    this.graph = graph;
    this.opened = opened;
  }

  SocketFacts look() throws IOException {
    Map<Integer, SocketPlace> places = new HashMap<>();
    boolean anyAbstract = false;
    for (int id : graph.ids()) {
      Optional<UnixName> name = SocketGraph.name(graph.get(id));
      anyAbstract |= name.filter(UnixName::isAbstract).isPresent();
      if (name.filter(n -> !n.isAbstract()).isPresent() && graph.ownsName(id)) {
        Optional<Credentials> maker = graph.maker(id).flatMap(ProcessState::credentials);
        if (maker.isPresent()) {
          places.put(id, identity(maker.get()).call(() -> place(id, name.get())));
        }
      }
    }
    boolean internet =
        graph.ids().stream()
            .anyMatch(id -> !SocketGraph.kind(graph.get(id)).orElseThrow().isUnix());
    return new SocketFacts(
        places,
        anyAbstract ? abstractNames() : Set.of(),
        internet ? InternetLookup.addresses() : Set.of(),
        internet ? InternetLookup.ports() : List.of(),
        internet ? InternetLookup.connections() : Set.of(),
        InternetLookup.firstFreePort());
  }

  private FileIdentity identity(Credentials who) throws IOException {
    FileIdentity known = identities.get(who);
    if (known == null) {
      known = FileIdentity.of(who);
      identities.put(who, known);
    }
    return known;
  }

  private static Set<SocketFacts.AbstractName> abstractNames() throws SyscallException {
    Set<SocketFacts.AbstractName> names = new HashSet<>();
    for (UnixSockets.Socket socket : UnixSockets.read().values()) {
      if (socket.isAbstract()) {
        names.add(new SocketFacts.AbstractName(socket.type(), Bytes.of(socket.name().get())));
      }
    }
    return names;
  }

  private SocketPlace place(int id, UnixName name) throws IOException {
    Optional<Bytes> base = name.isRelative() ? Optional.of(base(id, name)) : Optional.empty();
    Bytes path = base.map(b -> b.plus(Bytes.utf8("/")).plus(name.bytes())).orElse(name.bytes());
    SocketPlace nowhere =
        new SocketPlace(
            path, base, Optional.empty(), SocketPlace.Standing.NOTHING, Optional.empty());
    int fd;
    try {
      int flags = FileCalls.O_PATH | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC;
      fd = FileCalls.open(SocketPlace.parent(path).toArray(), flags, 0);
    } catch (SyscallException e) {
      return nowhere;
    }
    opened.add(fd);
    Bytes real = Bytes.of(Fds.link((int) ProcessHandle.current().pid(), fd));
    boolean writable = FileCalls.isAccessible(fd, FileCalls.W_OK | FileCalls.X_OK);
    SocketPlace.Folder folder = new SocketPlace.Folder(fd, real, writable);
    return standing(path, base, folder, nowhere.name());
  }

  private static SocketPlace standing(
      Bytes path, Optional<Bytes> base, SocketPlace.Folder folder, Bytes name) throws IOException {
    FileStatus status;
    try {
      status = FileCalls.statusIn(folder.fd(), name.toArray());
    } catch (SyscallException e) {
      return new SocketPlace(
          path, base, Optional.of(folder), SocketPlace.Standing.NOTHING, Optional.empty());
    }
    SocketPlace.Standing standing = SocketPlace.Standing.SOMETHING_ELSE;
    if (status.isSocket()) {
      standing =
          UnixSockets.isBound(folder.fd(), name.toArray())
              ? SocketPlace.Standing.LIVE_SOCKET
              : SocketPlace.Standing.DEAD_SOCKET;
    }
    return new SocketPlace(path, base, Optional.of(folder), standing, Optional.of(status));
  }

  /** The file that it had says where the name started; else the program's folder is meant. */
  private Bytes base(int id, UnixName name) {
    FdState.Socket socket = graph.get(id);
    if (socket.node().isPresent()) {
      Bytes file = checkpoint.file(socket.node().getAsInt()).path();
      int start = file.length() - name.bytes().length() - 1;
      boolean fits =
          start >= 0
              && file.slice(start + 1, file.length()).equals(name.bytes())
              && file.at(start) == '/';
      if (fits) {
        return file.slice(0, start);
      }
    }
    return graph
        .maker(id)
        .flatMap(SocketLookup::cwd)
        .map(cwd -> checkpoint.file(cwd).path())
        .orElse(Bytes.utf8("/"));
  }

  private static Optional<Integer> cwd(ProcessState process) {
    return process.cwd().isPresent() ? Optional.of(process.cwd().getAsInt()) : Optional.empty();
  }

  @Override
  public void close() {
    identities.values().forEach(FileIdentity::close);
  }
}

package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.net.TcpState;
import org.ckimg.linux.net.UnixSockets;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.FdState;

/** The sockets of the tree, which are read together: what one sent is in the queue of another. */
final class SocketCollector {
  private static final int F_DUPFD_CLOEXEC = 1030;

  private final List<Held> sockets = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * A socket that a process holds.
   *
   * @param description its id
   * @param inode its number
   * @param refusals of that process
   */
  record Held(int description, int pid, int fd, long inode, Refusals refusals) {
    void refuse(String what) {
      refusals.add("fd " + fd, what);
    }
  }

  /**
   * A socket, and the tool's own descriptor of it.
   *
   * @param lock of a connection that is to go on
   */
  record Open(
      Held held,
      int copy,
      SocketKind.Numbers numbers,
      SocketKind kind,
      Optional<ConnectionLock> lock) {}

  /**
   * What a socket is.
   *
   * @param state but for the objects with its bytes
   * @param content bytes that were received and not read
   * @param unacknowledged bytes of a connection that is to go on
   */
  record Found(int description, FdState.Socket state, byte[] content, byte[] unacknowledged) {
    Found(int description, FdState.Socket state, byte[] content) {
      this(description, state, content, new byte[0]);
    }
  }

  /** Notes one; its name is {@code socket:[INODE]}. */
  void add(int description, int pid, int fd, String link, Refusals refusals) {
    long inode = Long.parseLong(link.substring("socket:[".length(), link.length() - 1));
    sockets.add(new Held(description, pid, fd, inode, refusals));
  }

  /**
   * Reads all of them, by description; those that cannot be captured are not there.
   *
   * @param tcp true when connections are to go on
   * @param connections gets the descriptors of TCP, when all went well, and every lock
   */
  List<Found> read(FileTable files, boolean tcp, HeldConnections connections) throws IOException {
    List<Open> open = new ArrayList<>();
    try {
      for (Held held : sockets) {
        open.add(open(held, tcp, connections));
      }
      List<Found> found = read(open, files);
      hold(open, found, connections);
      return found;
    } finally {
      open.forEach(socket -> FileCalls.close(socket.copy()));
    }
  }

  private static void hold(List<Open> open, List<Found> found, HeldConnections connections)
      throws IOException {
    Map<Integer, Found> byDescription = new HashMap<>();
    found.forEach(socket -> byDescription.put(socket.description(), socket));
    for (Open socket : open) {
      Found known = byDescription.get(socket.held().description());
      if (socket.kind() == SocketKind.TCP && known != null && socket.lock().isEmpty()) {
        int kept = (int) FileCalls.fcntl(socket.copy(), F_DUPFD_CLOEXEC, 0);
        connections.add(kept, known.state().peer().isPresent());
      }
    }
  }

  private static Open open(Held held, boolean tcp, HeldConnections connections) throws IOException {
    int pidfd = ProcessCalls.openThreadPidfd(held.pid());
    try {
      int copy = ProcessCalls.getFd(pidfd, held.fd());
      try {
        SocketKind.Numbers numbers = SocketKind.Numbers.of(copy);
        SocketKind kind = numbers.kind().orElseThrow();
        boolean locked = tcp && kind == SocketKind.TCP && TcpState.of(copy).isConnection();
        Optional<ConnectionLock> lock =
            locked ? Optional.of(ConnectionLock.take(copy)) : Optional.empty();
        lock.ifPresent(connections::add);
        return new Open(held, copy, numbers, kind, lock);
      } catch (SyscallException e) {
        FileCalls.close(copy);
        throw e;
      }
    } finally {
      FileCalls.close(pidfd);
    }
  }

  private List<Found> read(List<Open> open, FileTable files) throws IOException {
    SocketOptions options = new SocketOptions();
    List<Found> found = new ArrayList<>();
    List<Open> local = open.stream().filter(socket -> socket.kind().isUnix()).toList();
    if (!local.isEmpty()) {
      UnixReader reader = new UnixReader(UnixSockets.read(), descriptions(local), files, options);
      for (Open socket : local) {
        reader.read(socket).ifPresent(found::add);
      }
    }
    List<Open> internet = open.stream().filter(socket -> !socket.kind().isUnix()).toList();
    InternetReader reader = new InternetReader(internet, options, notes);
    for (Open socket : internet) {
      reader.read(socket).ifPresent(found::add);
    }
    found.sort(Comparator.comparingInt(Found::description));
    return found;
  }

  /** What is lost of those that were read. */
  List<String> notes() {
    return notes;
  }

  private static Map<Long, Integer> descriptions(List<Open> open) {
    Map<Long, Integer> byInode = new HashMap<>();
    open.forEach(socket -> byInode.put(socket.held().inode(), socket.held().description()));
    return byInode;
  }
}

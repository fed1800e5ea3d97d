package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.net.UnixSockets;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.FdState;

/** The sockets of the tree, which are read together: what one sent is in the queue of another. */
final class SocketCollector {
  private final List<Held> sockets = new ArrayList<>();

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

  /** A socket, and the tool's own descriptor of it. */
  record Open(Held held, int copy, SocketKind.Numbers numbers, SocketKind kind) {}

  /**
   * What a socket is.
   *
   * @param state but for the objects with its bytes
   * @param content bytes that were received and not read
   */
  record Found(int description, FdState.Socket state, byte[] content) {}

  /** Notes one; its name is {@code socket:[INODE]}. */
  void add(int description, int pid, int fd, String link, Refusals refusals) {
    long inode = Long.parseLong(link.substring("socket:[".length(), link.length() - 1));
    sockets.add(new Held(description, pid, fd, inode, refusals));
  }

  /** Reads all of them, by description; those that cannot be captured are not there. */
  List<Found> read(FileTable files) throws IOException {
    List<Open> open = new ArrayList<>();
    try {
      for (Held held : sockets) {
        open.add(open(held));
      }
      return read(open, files);
    } finally {
      open.forEach(socket -> FileCalls.close(socket.copy()));
    }
  }

  private static Open open(Held held) throws IOException {
    int pidfd = ProcessCalls.openPidfd(held.pid());
    try {
      int copy = ProcessCalls.getFd(pidfd, held.fd());
      try {
        SocketKind.Numbers numbers = SocketKind.Numbers.of(copy);
        return new Open(held, copy, numbers, numbers.kind().orElseThrow());
      } catch (SyscallException e) {
        FileCalls.close(copy);
        throw e;
      }
    } finally {
      FileCalls.close(pidfd);
    }
  }

  private static List<Found> read(List<Open> open, FileTable files) throws IOException {
    SocketOptions options = new SocketOptions();
    List<Found> found = new ArrayList<>();
    List<Open> local = open.stream().filter(socket -> socket.kind().isUnix()).toList();
    if (!local.isEmpty()) {
      UnixReader reader = new UnixReader(UnixSockets.read(), descriptions(local), files, options);
      for (Open socket : local) {
        reader.read(socket).ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparingInt(Found::description));
    return found;
  }

  private static Map<Long, Integer> descriptions(List<Open> open) {
    Map<Long, Integer> byInode = new HashMap<>();
    open.forEach(socket -> byInode.put(socket.held().inode(), socket.held().description()));
    return byInode;
  }
}

package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.sys.FileCalls;

/**
 * The tool's own descriptors of sockets of TCP, which live as long as the programs stand still:
 * what is done with a connection when its program is killed.
 */
final class HeldConnections implements AutoCloseable {
  private static final int SO_REUSEADDR = 2;
  private static final int SO_LINGER = 13;

  /** On, and no time: closing resets. */
  private static final byte[] AT_ONCE = {1, 0, 0, 0, 0, 0, 0, 0};

  private final List<Integer> all = new ArrayList<>();
  private final List<Integer> inside = new ArrayList<>();
  private final List<ConnectionLock> locks = new ArrayList<>();
  private boolean ended;

  /**
   * Takes a descriptor.
   *
   * @param isInside true when the other end is in the tree too
   */
  void add(int fd, boolean isInside) {
    all.add(fd);
    if (isInside) {
      inside.add(fd);
    }
  }

  /** Takes a connection that goes on some day where it was. */
  void add(ConnectionLock lock) {
    locks.add(lock);
  }

  /** The programs are dead: what was locked ends without a word. */
  void end() {
    ended = true;
  }

  /**
   * Makes sure that the addresses are free at once when the programs are gone: TCP keeps those of a
   * connection for a minute, from whoever has not said that they may be used again.
   */
  void prepareEnd() throws IOException {
    for (int fd : all) {
      SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SO_REUSEADDR, 1);
    }
    for (int fd : inside) {
      SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SO_LINGER, AT_ONCE);
    }
  }

  /** What is locked goes on, unless its program is dead. */
  @Override
  public void close() throws IOException {
    all.forEach(FileCalls::close);
    all.clear();
    List<ConnectionLock> taken = List.copyOf(locks);
    locks.clear();
    if (ended) {
      taken.forEach(ConnectionLock::abandon);
      return;
    }
    IOException failure = null;
    for (ConnectionLock lock : taken) {
      try {
        lock.release();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

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

  @Override
  public void close() {
    all.forEach(FileCalls::close);
    all.clear();
  }
}

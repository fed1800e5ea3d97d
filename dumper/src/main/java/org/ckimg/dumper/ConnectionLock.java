package org.ckimg.dumper;

import java.io.IOException;
import org.ckimg.linux.net.PacketFilter;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.TcpRepair;
import org.ckimg.linux.net.TcpState;
import org.ckimg.linux.sys.FileCalls;

/**
 * A connection of TCP that stands still with its program: nothing arrives, nothing is acknowledged
 * that the image does not have, and it ends without a word when the program is killed.
 *
 * @param fd the tool's own descriptor of it
 * @param reuseAddress SO_REUSEADDR as the program has it
 */
record ConnectionLock(int fd, int reuseAddress) {
  private static final int SO_REUSEADDR = 2;
  private static final int F_DUPFD_CLOEXEC = 1030;

  /** Takes a connection whose program stands still. */
  static ConnectionLock take(int socket) throws IOException {
    int reuse = SocketCalls.number(socket, SocketCalls.SOL_SOCKET, SO_REUSEADDR);
    int fd = (int) FileCalls.fcntl(socket, F_DUPFD_CLOEXEC, 0);
    ConnectionLock lock = new ConnectionLock(fd, reuse);
    try {
      // What was received and not acknowledged would be sent again, when nobody is there.
      TcpState.acknowledge(fd);
      PacketFilter.dropAll(fd);
      TcpRepair.enter(fd);
      return lock;
    } catch (IOException e) {
      lock.release(e);
      throw e;
    }
  }

  /** Lets it go on with its program. */
  void release() throws IOException {
    try {
      loosen(fd, reuseAddress);
    } finally {
      FileCalls.close(fd);
    }
  }

  /** The same where something else has failed already. */
  void release(Exception cause) {
    try {
      release();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Closes it as it is: its program is dead, and the other end is not to hear of it. */
  void abandon() {
    FileCalls.close(fd);
  }

  /** True for a socket that a tool which was killed has left so. */
  static boolean isLeft(int socket) throws IOException {
    return TcpRepair.isOn(socket) || PacketFilter.dropsAll(socket);
  }

  /** Lets one go on whose lock is not known any more. */
  static void loosen(int socket, int reuseAddress) throws IOException {
    if (TcpRepair.isOn(socket)) {
      TcpRepair.leave(socket);
      SocketCalls.set(socket, SocketCalls.SOL_SOCKET, SO_REUSEADDR, reuseAddress);
    }
    if (PacketFilter.dropsAll(socket)) {
      PacketFilter.remove(socket);
    }
  }
}

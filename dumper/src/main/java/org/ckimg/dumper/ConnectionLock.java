package org.ckimg.dumper;

import java.io.IOException;
import java.util.OptionalInt;
import org.ckimg.linux.net.PacketFilter;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.SocketOption;
import org.ckimg.linux.net.TcpRepair;
import org.ckimg.linux.net.TcpState;
import org.ckimg.linux.sys.FileCalls;

/**
 * A connection of TCP that stands still with its program: nothing arrives, nothing is acknowledged
 * that the image does not have, and it ends without a word when the program is killed. All that is
 * needed to let it go on is in the kernel: a tool that dies leaves it to the next one.
 *
 * @param fd the tool's own descriptor of it
 * @param reuseAddress SO_REUSEADDR as the program has it
 */
record ConnectionLock(int fd, int reuseAddress) {
  private static final int F_DUPFD_CLOEXEC = 1030;

  /** Takes a connection whose program stands still. */
  static ConnectionLock take(int socket) throws IOException {
    SocketOption reuse = SocketOption.REUSEADDR;
    int value = SocketCalls.number(socket, reuse.level(), reuse.number());
    int fd = (int) FileCalls.fcntl(socket, F_DUPFD_CLOEXEC, 0);
    ConnectionLock lock = new ConnectionLock(fd, value);
    try {
      // What was received and not acknowledged would be sent again, when nobody is there.
      TcpState.acknowledge(fd);
      PacketFilter.dropAll(fd, value);
      TcpRepair.enter(fd);
      return lock;
    } catch (IOException e) {
      try {
        lock.release();
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Lets it go on with its program. */
  void release() throws IOException {
    try {
      open(fd);
    } finally {
      FileCalls.close(fd);
    }
  }

  /** Closes it as it is: its program is dead, and the other end is not to hear of it. */
  void abandon() {
    FileCalls.close(fd);
  }

  /** Lets a connection go on; false when it was not locked. */
  static boolean open(int socket) throws IOException {
    OptionalInt reuse = PacketFilter.note(socket);
    if (reuse.isEmpty()) {
      return false;
    }
    if (TcpRepair.isOn(socket)) {
      TcpRepair.leave(socket);
    }
    SocketOption option = SocketOption.REUSEADDR;
    SocketCalls.set(socket, option.level(), option.number(), reuse.getAsInt());
    // The last: until then the next one knows what to do.
    PacketFilter.remove(socket);
    return true;
  }
}

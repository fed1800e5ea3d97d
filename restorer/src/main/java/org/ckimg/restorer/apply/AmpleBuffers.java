package org.ckimg.restorer.apply;

import java.io.IOException;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.SocketOption;
import org.ckimg.linux.sys.SyscallException;

/**
 * Lets a socket take more than it usually would, as long as it is filled; CAP_NET_ADMIN permits it.
 *
 * @param fd of the socket
 * @param send size that its send buffer had
 * @param receive size that its receive buffer is to have
 * @param locks SO_BUF_LOCK as it was
 */
record AmpleBuffers(int fd, int send, int receive, int locks) implements AutoCloseable {
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int AMPLE = 64 << 20;

  /** Until this is closed. */
  static AmpleBuffers of(int fd) throws IOException {
    return of(fd, 0);
  }

  /**
   * Until this is closed.
   *
   * @param wanted bytes that it must be able to receive from then on
   */
  static AmpleBuffers of(int fd, int wanted) throws IOException {
    AmpleBuffers usual =
        new AmpleBuffers(
            fd,
            get(fd, SocketOption.SNDBUF),
            Math.max(get(fd, SocketOption.RCVBUF), 2 * Math.min(wanted, AMPLE)),
            get(fd, SocketOption.BUF_LOCK));
    usual.set(AMPLE, AMPLE);
    return usual;
  }

  private static int get(int fd, SocketOption option) throws SyscallException {
    return SocketCalls.number(fd, option.level(), option.number());
  }

  /** The kernel doubles them. */
  private void set(int sendBytes, int receiveBytes) throws SyscallException {
    SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SO_SNDBUFFORCE, sendBytes);
    SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SO_RCVBUFFORCE, receiveBytes);
  }

  @Override
  public void close() throws SyscallException {
    set(send / 2, receive / 2);
    SocketCalls.set(fd, SocketCalls.SOL_SOCKET, SocketOption.BUF_LOCK.number(), locks);
  }
}

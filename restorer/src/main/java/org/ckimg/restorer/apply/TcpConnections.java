package org.ckimg.restorer.apply;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.SocketOption;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Endpoint;
import org.ckimg.spec.model.FdState;

/**
 * Connections of TCP that are made anew: both ends inside the program, between the addresses that
 * they had; or one end, of a connection that the other end has ended or reset.
 */
final class TcpConnections {
  private static final int SO_REUSEADDR = 2;
  private static final int SO_RCVBUF = 8;
  private static final int SO_LINGER = 13;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int AMPLE = 16 << 20;
  private static final int NO_SENDING = 2;
  private static final int BACKLOG = 16;
  private static final long PATIENCE_NANOS = 3_000_000_000L;
  private static final long PAUSE_MILLIS = 2;

  /** On, and no time: closing resets. */
  private static final Bytes AT_ONCE =
      Bytes.of((byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0);

  private final RemoteSockets remote;
  private final SocketOptionSteps options;

  TcpConnections(RemoteSockets remote, SocketOptionSteps options) {
    this.remote = remote;
    this.options = options;
  }

  /** Both ends, the first accepted by nobody but us. */
  int[] join(FdState.Socket first, FdState.Socket second) throws IOException {
    int listener = remote.make(first);
    options.setEarly(listener, first);
    listen(listener, first.local().orElseThrow());
    int client = bound(second);
    connect(client, second.remote().orElseThrow());
    int accepted = accept(listener, second.local().flatMap(Endpoint::of).orElseThrow());
    remote.close(listener);
    return new int[] {accepted, client};
  }

  /** One end, and another one that is to be closed; the address is that of the loopback. */
  int[] sever(FdState.Socket socket) throws IOException {
    int listener = remote.make(socket);
    listen(listener, loopback(socket));
    int own = remote.make(socket);
    if (remote.set(own, SO_RCVBUFFORCE, AMPLE) != 0) {
      remote.set(own, SO_RCVBUF, AMPLE);
    }
    connect(own, remote.localAddress(listener));
    int accepted = accept(listener, Endpoint.of(remote.localAddress(own)).orElseThrow());
    remote.close(listener);
    return new int[] {own, accepted};
  }

  /** Port 0 of the loopback of the address that it had. */
  private static Bytes loopback(FdState.Socket socket) {
    boolean mapped = socket.local().flatMap(Endpoint::of).filter(Endpoint::isOfIpv4).isPresent();
    return Endpoint.loopback(socket.family(), mapped, 0);
  }

  private void listen(int listener, Bytes address) throws IOException {
    remote.set(listener, SO_REUSEADDR, 1);
    remote.bind(listener, address, "of a connection");
    remote.listen(listener, BACKLOG);
  }

  private int bound(FdState.Socket socket) throws IOException {
    int fd = remote.make(socket);
    options.setEarly(fd, socket);
    remote.set(fd, SO_REUSEADDR, 1);
    remote.bind(fd, socket.local().orElseThrow(), "of a connection");
    return fd;
  }

  /** The same addresses may have had a connection a moment ago. */
  private void connect(int fd, Bytes address) throws IOException {
    long start = System.nanoTime();
    long result = remote.tryConnect(fd, address);
    while (result == -Errno.EADDRNOTAVAIL && System.nanoTime() - start < PATIENCE_NANOS) {
      pause();
      result = remote.tryConnect(fd, address);
    }
    if (result < 0 && result != -Errno.EINPROGRESS) {
      throw new SyscallException("connect", (int) -result, "restored process: a connection of TCP");
    }
  }

  /** Somebody else may have found the listener too. */
  private int accept(int listener, Endpoint wanted) throws IOException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE_NANOS) {
      long fd = remote.tryAccept(listener);
      if (fd >= 0 && Endpoint.of(remote.remoteAddress((int) fd)).orElseThrow().equals(wanted)) {
        return (int) fd;
      }
      if (fd >= 0) {
        remote.close((int) fd);
      } else {
        pause();
      }
    }
    throw new SyscallException("accept", Errno.EAGAIN, "restored process: a connection of TCP");
  }

  static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a connection was made");
    }
  }

  /**
   * Ends what was ended.
   *
   * @param other the end that is not the program's, null where there is none
   */
  void finish(int fd, FdState.Socket socket, Integer other) throws IOException {
    if (other != null && !isEnded(socket)) {
      awaitArrival(other);
      remote.set(other, SocketCalls.SOL_SOCKET, SO_LINGER, AT_ONCE);
      remote.close(other);
    } else {
      if (other != null) {
        remote.close(other);
      }
      remote.shutdown(fd, socket.shutdown() & NO_SENDING);
    }
    remote.set(fd, SO_REUSEADDR, SocketOptionSteps.recorded(socket, SocketOption.REUSEADDR));
  }

  /** True when both sides had said that they send no more; anything else looks like a reset. */
  private static boolean isEnded(FdState.Socket socket) {
    return socket.state() == FdState.Socket.CLOSED
        && !socket.options().contains(FdState.Option.RESET);
  }

  /** A reset throws away what is on its way. */
  private void awaitArrival(int fd) throws IOException {
    long start = System.nanoTime();
    while (remote.outstanding(fd) > 0) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException(
            "%d bytes that a connection had received do not fit into it here"
                .formatted(remote.outstanding(fd)));
      }
      pause();
    }
  }
}

package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.net.PeerEnd;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.SocketOption;
import org.ckimg.linux.net.TcpConnection;
import org.ckimg.linux.net.TcpRepair;
import org.ckimg.linux.net.TcpState;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.spec.model.FdState;

/**
 * Connections of TCP that go on where they were. All of them are made before one starts: an end
 * that speaks before the other one is there is answered with a reset. Until then, and when the
 * restore fails, nobody hears of them.
 */
final class ResumedConnections implements AutoCloseable {
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  private final List<Resumed> made = new ArrayList<>();

  /**
   * One end.
   *
   * @param fd the tool's own descriptor of it
   */
  private record Resumed(int fd, FdState.Socket socket, TcpConnection connection) {
    /** An end inside the program says so itself. */
    boolean needsPeerEnd() {
      return connection.hasReceivedEnd() && socket.peer().isEmpty();
    }
  }

  /** Takes one that is in repair. */
  void add(int fd, FdState.Socket socket, TcpConnection connection) {
    made.add(new Resumed(fd, socket, connection));
  }

  /** Everything is built: all go on. */
  void start() throws IOException {
    for (Resumed end : made) {
      TcpRepair.start(end.fd());
      int reuse = SocketOptionSteps.recorded(end.socket(), SocketOption.REUSEADDR);
      SocketCalls.set(end.fd(), SocketCalls.SOL_SOCKET, SocketOption.REUSEADDR.number(), reuse);
      if (end.needsPeerEnd()) {
        endPeer(end);
      }
    }
    for (Resumed end : made) {
      try (AmpleBuffers _ = AmpleBuffers.of(end.fd())) {
        end.connection().sendRest(end.fd());
      }
    }
  }

  /** Before more is sent: what acknowledges less than much that was sent is thrown away. */
  private static void endPeer(Resumed end) throws IOException {
    PeerEnd.send(
        end.socket().remote().orElseThrow().toArray(),
        end.socket().local().orElseThrow().toArray(),
        end.connection().nextReceived(),
        end.connection().firstUnacknowledged(),
        end.connection().offeredWindow());
    long start = System.nanoTime();
    while (!TcpState.of(end.fd()).hasReceivedEnd()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException("a connection does not see that its other end sends no more");
      }
      TcpConnections.pause();
    }
  }

  /** Those that go on already fall silent again. */
  void undo(Throwable cause) {
    for (Resumed end : made) {
      try {
        TcpRepair.enter(end.fd());
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() {
    made.forEach(end -> FileCalls.close(end.fd()));
    made.clear();
  }
}

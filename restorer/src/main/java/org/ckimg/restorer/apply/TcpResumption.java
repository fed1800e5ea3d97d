package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.OptionalInt;
import org.ckimg.linux.net.TcpConnection;
import org.ckimg.linux.net.TcpRepair;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/**
 * Makes one end of a connection of TCP that goes on where it was. The process makes, binds and
 * connects the socket; what only CAP_NET_ADMIN may set, the tool sets on a descriptor of its own.
 */
final class TcpResumption {
  private static final byte[] NOTHING = {};

  private final Construction construction;
  private final RemoteSockets remote;
  private final SocketOptionSteps options;

  TcpResumption(Construction construction, RemoteSockets remote, SocketOptionSteps options) {
    this.construction = construction;
    this.remote = remote;
    this.options = options;
  }

  /** The number that it has in the process; it says nothing until all connections start. */
  int make(FdState.Socket socket) throws IOException {
    int fd = remote.make(socket);
    options.setEarly(fd, socket);
    TcpConnection connection = connection(socket);
    byte[] received = content(socket.queue());
    int own = copy(fd);
    construction.site().connections().add(own, socket, connection);
    TcpRepair.enter(own);
    connection.number(own, received.length);
    Bytes local = socket.local().orElseThrow();
    remote.bind(fd, local, "of a connection that goes on");
    try (AmpleBuffers _ = AmpleBuffers.of(own, received.length + connection.receiveWindow())) {
      remote.connect(fd, socket.remote().orElseThrow(), "of a connection that goes on");
      connection.fill(own, received);
    }
    return fd;
  }

  private int copy(int fd) throws IOException {
    int pidfd = ProcessCalls.openPidfd(construction.pid());
    try {
      return ProcessCalls.getFd(pidfd, fd);
    } finally {
      FileCalls.close(pidfd);
    }
  }

  private byte[] content(OptionalInt object) throws IOException {
    return object.isPresent() ? construction.content(object.getAsInt()) : NOTHING;
  }

  private TcpConnection connection(FdState.Socket socket) throws IOException {
    FdState.Tcp tcp = socket.tcp().orElseThrow();
    return new TcpConnection(
        socket.state(),
        tcp.receiveSequence(),
        tcp.sendSequence(),
        content(tcp.sendQueue()),
        (int) tcp.unsent(),
        tcp.segment(),
        tcp.options(),
        tcp.sendScale(),
        tcp.receiveScale(),
        tcp.timestamp(),
        tcp.window().map(Bytes::toArray));
  }
}

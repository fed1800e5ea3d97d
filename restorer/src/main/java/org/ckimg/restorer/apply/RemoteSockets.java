package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/**
 * System calls on sockets that the process which is built makes itself, so that the kernel knows it
 * as their maker. No call waits: all sockets are non-blocking until they are finished.
 */
final class RemoteSockets {
  private static final int FLAGS = FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;
  private static final int SIOCOUTQ = 0x5411;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x4040;

  private final Construction construction;
  private final Numbers numbers;

  RemoteSockets(Construction construction) {
    this.construction = construction;
    this.numbers = new Numbers(construction);
  }

  /** socket(2); the number is above all those of the program. */
  int make(FdState.Socket socket) throws IOException {
    long fd = check("socket", "", Sys.SOCKET, socket.family(), type(socket), socket.protocol());
    return numbers.moveUp((int) fd);
  }

  private static int type(FdState.Socket socket) {
    return socket.kind() | FLAGS;
  }

  private long check(String name, String detail, int call, long... arguments) throws IOException {
    return construction.check(name, "socket " + detail, call, arguments);
  }

  /** socketpair(2). */
  int[] pair(FdState.Socket socket) throws IOException {
    long ends = construction.workbench().put(new byte[2 * Integer.BYTES]);
    check("socketpair", "", Sys.SOCKETPAIR, socket.family(), type(socket), socket.protocol(), ends);
    ByteBuffer made =
        ByteBuffer.wrap(construction.workbench().get(2 * Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    int first = made.getInt(0);
    int second = made.getInt(Integer.BYTES);
    return new int[] {numbers.moveUp(first), numbers.moveUp(second)};
  }

  /** bind(2). */
  void bind(int fd, Bytes address, String detail) throws IOException {
    check("bind", detail, Sys.BIND, fd, put(address), address.length());
  }

  private long put(Bytes bytes) throws IOException {
    return construction.workbench().put(bytes.toArray());
  }

  /** listen(2). */
  void listen(int fd, int backlog) throws IOException {
    check("listen", "", Sys.LISTEN, fd, backlog);
  }

  /** connect(2); one that goes on in the background is made. */
  void connect(int fd, Bytes address, String detail) throws IOException {
    long result = construction.call(Sys.CONNECT, fd, put(address), address.length());
    if (result != -Errno.EINPROGRESS) {
      Syscalls.check("connect", result, "restored process: socket " + detail);
    }
  }

  /** connect(2): 0 or -errno. */
  long tryConnect(int fd, Bytes address) throws IOException {
    return construction.call(Sys.CONNECT, fd, put(address), address.length());
  }

  /** bind(2): 0 or -errno. */
  long tryBind(int fd, Bytes address) throws IOException {
    return construction.call(Sys.BIND, fd, put(address), address.length());
  }

  /** accept4(2). */
  int accept(int listener) throws IOException {
    return numbers.moveUp((int) check("accept4", "", Sys.ACCEPT4, listener, 0, 0, FLAGS));
  }

  /** accept4(2) when somebody waits: the descriptor or -errno. */
  long tryAccept(int listener) throws IOException {
    long fd = construction.call(Sys.ACCEPT4, listener, 0, 0, FLAGS);
    return fd < 0 ? fd : numbers.moveUp((int) fd);
  }

  /** getsockname(2). */
  Bytes localAddress(int fd) throws IOException {
    return address("getsockname", Sys.GETSOCKNAME, fd);
  }

  /** getpeername(2). */
  Bytes remoteAddress(int fd) throws IOException {
    return address("getpeername", Sys.GETPEERNAME, fd);
  }

  private Bytes address(String name, int call, int fd) throws IOException {
    ByteBuffer place =
        ByteBuffer.allocate(8 + SocketCalls.ADDRESS_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(SocketCalls.ADDRESS_BYTES);
    long at = construction.workbench().put(place.array());
    check(name, "", call, fd, at + 8, at);
    byte[] told = construction.workbench().get(place.capacity());
    int length = ByteBuffer.wrap(told).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return Bytes.of(told, 8, length);
  }

  /** Bytes that were sent and have not arrived. */
  int outstanding(int fd) throws IOException {
    long at = construction.workbench().put(new byte[8]);
    check("ioctl(SIOCOUTQ)", "", Sys.IOCTL, fd, SIOCOUTQ, at);
    return ByteBuffer.wrap(construction.workbench().get(4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /** Sends all of it, by the process itself, whom the kernel names as the sender. */
  void send(int fd, byte[] bytes, Bytes to) throws IOException {
    long address = construction.workbench().put(bytes.length + 8, to.toArray());
    long data = construction.workbench().put(bytes);
    long sent =
        check(
            "sendto",
            "that is filled with what was in it",
            Sys.SENDTO,
            fd,
            data,
            bytes.length,
            MSG_DONTWAIT_NOSIGNAL,
            to.length() == 0 ? 0 : address,
            to.length());
    if (sent != bytes.length) {
      throw new IOException("a socket takes less than was in it");
    }
  }

  /** shutdown(2) as {@link FdState.Socket#shutdown} says. */
  void shutdown(int fd, int what) throws IOException {
    if (what != 0) {
      check("shutdown", "", Sys.SHUTDOWN, fd, what - 1);
    }
  }

  /** setsockopt(2): 0 or -errno. */
  long set(int fd, int level, int name, Bytes value) throws IOException {
    return construction.call(Sys.SETSOCKOPT, fd, level, name, put(value), value.length());
  }

  /** setsockopt(2) of level SOL_SOCKET with a number: 0 or -errno. */
  long set(int fd, int name, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    return set(fd, SocketCalls.SOL_SOCKET, name, Bytes.of(bytes.array()));
  }

  /** getsockopt(2) of level SOL_SOCKET, a number. */
  int get(int fd, int name) throws IOException {
    ByteBuffer place = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(Integer.BYTES);
    long at = construction.workbench().put(place.array());
    check("getsockopt", "", Sys.GETSOCKOPT, fd, SocketCalls.SOL_SOCKET, name, at + 4, at);
    return ByteBuffer.wrap(construction.workbench().get(8))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt(4);
  }

  /** close(2). */
  void close(int fd) throws IOException {
    construction.call(Sys.CLOSE, fd);
  }
}

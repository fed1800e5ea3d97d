package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.linux.net.SocketOption;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/** Sets options of sockets, setsockopt(2). */
final class SocketOptionSteps {
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;

  private final Construction construction;
  private final RemoteSockets remote;

  SocketOptionSteps(Construction construction, RemoteSockets remote) {
    this.construction = construction;
    this.remote = remote;
  }

  /** Those that must be there before a socket is bound or connected. */
  void setEarly(int fd, FdState.Socket socket) throws IOException {
    set(fd, socket, true);
  }

  /** All others. */
  void setLate(int fd, FdState.Socket socket) throws IOException {
    set(fd, socket, false);
  }

  /** The value of one that is recorded; the kernel's usual 0 for any other. */
  static int recorded(FdState.Socket socket, SocketOption wanted) {
    return socket.options().stream()
        .filter(o -> o.level() == wanted.level() && o.name() == wanted.number())
        .map(o -> number(o.value()))
        .findFirst()
        .orElse(0);
  }

  private static int number(Bytes value) {
    return ByteBuffer.wrap(value.toArray()).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private void set(int fd, FdState.Socket socket, boolean beforeBind) throws IOException {
    for (FdState.Option wanted : socket.options()) {
      var option = SocketOption.of(wanted.level(), wanted.name());
      if (option.isPresent() && option.get().beforeBind() == beforeBind) {
        set(fd, option.get(), wanted.value());
      }
    }
  }

  private void set(int fd, SocketOption option, Bytes value) throws IOException {
    if (option.isDoubled()) {
      setBuffer(fd, option, number(value) / 2);
      return;
    }
    long result = remote.set(fd, option.level(), option.number(), value);
    if (result == -Errno.ENOPROTOOPT || result == -Errno.EOPNOTSUPP) {
      if (!isUsual(value)) {
        construction.note(
            "a socket has lost its option %s, which is not known here".formatted(option));
      }
      return;
    }
    Syscalls.check("setsockopt", result, "restored process: option " + option);
  }

  /** True for 0, which is what an option that nobody knows has. */
  private static boolean isUsual(Bytes value) {
    return value.equals(Bytes.of(new byte[value.length()]));
  }

  /** A size above the limit needs a right; without it the limit counts. */
  private void setBuffer(int fd, SocketOption option, int size) throws IOException {
    int force = option == SocketOption.SNDBUF ? SO_SNDBUFFORCE : SO_RCVBUFFORCE;
    if (remote.set(fd, force, size) == 0) {
      return;
    }
    remote.set(fd, option.number(), size);
    int now = remote.get(fd, option.number()) / 2;
    if (now < size) {
      construction.note("%s of a socket is %d bytes, was %d".formatted(option, now, size));
    }
  }
}

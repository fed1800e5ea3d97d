package org.ckimg.interop.criu;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;

/** Addresses of sockets as bind(2) takes them. */
final class SocketAddresses {
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int AF_NETLINK = 16;
  static final int AF_PACKET = 17;
  private static final int INET_BYTES = 16;
  private static final int INET6_BYTES = 28;
  private static final int INET6_WORDS = 4;
  private static final int MAX_UNIX_NAME = 108;
  private static final int MAX_PORT = 0xffff;

  private SocketAddresses() {}

  /** Of an internet socket; empty when it has none. */
  static Optional<Bytes> inet(Entry<?> socket, int family, int port, List<Integer> address)
      throws MalformedImageException {
    socket.check(port >= 0 && port <= MAX_PORT, "port " + port);
    if (port == 0 && address.stream().allMatch(word -> word == 0)) {
      return Optional.empty();
    }
    if (family == AF_INET) {
      socket.check(address.size() == 1, "an IPv4 address of %d words".formatted(address.size()));
      return Optional.of(
          start(INET_BYTES, family, port).putAll32(Integer.BYTES, address).toBytes());
    }
    socket.check(
        family == AF_INET6 && address.size() == INET6_WORDS,
        "an address of %d words in family %d".formatted(address.size(), family));
    return Optional.of(
        start(INET6_BYTES, family, port).putAll32(2 * Integer.BYTES, address).toBytes());
  }

  private static WordBuffer start(int length, int family, int port) {
    // The port is in network order.
    return new WordBuffer(length).put16(0, family).put8(2, port >> Byte.SIZE).put8(3, port);
  }

  /** Of a Unix socket: a path, or behind a zero byte any name; empty when it has none. */
  static Optional<Bytes> unix(Entry<?> socket, ByteString name) throws MalformedImageException {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    socket.check(name.size() <= MAX_UNIX_NAME, "a name of %d bytes".formatted(name.size()));
    boolean isPath = name.byteAt(0) != 0;
    boolean ends = name.byteAt(name.size() - 1) == 0;
    int length = Short.BYTES + name.size() + (isPath && !ends ? 1 : 0);
    return Optional.of(
        new WordBuffer(length)
            .put16(0, AF_UNIX)
            .putAll(Short.BYTES, ThreadDecoder.bytes(name))
            .toBytes());
  }
}

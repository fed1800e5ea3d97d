package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.net.Multicast;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.linux.net.SocketOption;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Poll;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/** Options of sockets that are not as those of a new one. */
final class SocketOptions {
  private static final int SO_PEERCRED = 17;
  private static final int PEERCRED_BYTES = 12;
  private static final int SO_BUF_LOCK = 72;
  private static final int SEND_LOCKED = 1;
  private static final int RECEIVE_LOCKED = 2;
  private static final int TCP_ULP = 31;
  private static final int ULP_BYTES = 16;

  private static final Comparator<FdState.Option> ORDER =
      Comparator.comparingInt(FdState.Option::level).thenComparingInt(FdState.Option::name);

  private final Map<SocketKind.Numbers, Map<SocketOption, Bytes>> usual = new HashMap<>();

  /** What a connected or listening stream says of itself is not what was set. */
  private static boolean isOfNew(SocketOption option) {
    return option == SocketOption.TCP_MAXSEG || option == SocketOption.TCP_WINDOW_CLAMP;
  }

  /**
   * By level, then name.
   *
   * @param connected true for one that is connected, or was
   */
  List<FdState.Option> read(SocketCollector.Open socket, boolean connected) throws IOException {
    Map<SocketOption, Bytes> values = values(socket.copy(), socket.kind(), socket.numbers());
    // While it is locked the kernel has a value of its own there.
    socket
        .lock()
        .ifPresent(lock -> values.put(SocketOption.REUSEADDR, number(lock.reuseAddress())));
    Map<SocketOption, Bytes> common = usual(socket);
    List<FdState.Option> options = new ArrayList<>();
    values.forEach((option, value) -> {
      boolean told = !isOfNew(option) || !connected;
      if (told && !value.equals(common.get(option))) {
        options.add(new FdState.Option(option.level(), option.number(), value));
      }
    });
    peerCredentials(socket).ifPresent(options::add);
    if (wasReset(socket)) {
      options.add(FdState.Option.RESET);
    }
    options.sort(ORDER);
    return options;
  }

  private static Bytes number(int value) {
    return Bytes.of(LittleEndian.bytes(value));
  }

  private Map<SocketOption, Bytes> usual(SocketCollector.Open socket) throws IOException {
    Map<SocketOption, Bytes> known = usual.get(socket.numbers());
    if (known == null) {
      int fd = SocketCalls.make(socket.numbers());
      try {
        known = values(fd, socket.kind(), socket.numbers());
        usual.put(socket.numbers(), known);
      } finally {
        FileCalls.close(fd);
      }
    }
    return known;
  }

  private static Map<SocketOption, Bytes> values(
      int fd, SocketKind kind, SocketKind.Numbers numbers) throws IOException {
    Map<SocketOption, Bytes> values = new EnumMap<>(SocketOption.class);
    int locked = locked(fd);
    for (SocketOption option : SocketOption.values()) {
      boolean fixed =
          switch (option) {
            case SNDBUF -> (locked & SEND_LOCKED) != 0;
            case RCVBUF -> (locked & RECEIVE_LOCKED) != 0;
            default -> true;
          };
      if (fixed && option.isOf(kind, numbers.family())) {
        SocketCalls.optionIfKnown(fd, option.level(), option.number(), option.bytes())
            .filter(value -> !isNote(option, value))
            .ifPresent(value -> values.put(option, Bytes.of(value)));
      }
    }
    return values;
  }

  /** A negative offset is none, and may be what an earlier dump has left. */
  private static boolean isNote(SocketOption option, byte[] value) {
    return option == SocketOption.PEEK_OFF && LittleEndian.number(value, 0) < 0;
  }

  /** Which buffers have a size that was set; the kernel chooses that of others. */
  private static int locked(int fd) throws IOException {
    return SocketCalls.optionIfKnown(fd, SocketCalls.SOL_SOCKET, SO_BUF_LOCK, Integer.BYTES)
        .map(value -> LittleEndian.number(value, 0))
        .orElse(SEND_LOCKED | RECEIVE_LOCKED);
  }

  /** The other end was closed before it had read all; asking for the error would take it away. */
  static boolean wasReset(SocketCollector.Open socket) throws IOException {
    return socket.kind().isConnected() && (Poll.events(socket.copy(), Poll.IN) & Poll.ERR) != 0;
  }

  /** Who the kernel says is at the other end: evidence, which is never set. */
  private static Optional<FdState.Option> peerCredentials(SocketCollector.Open socket)
      throws IOException {
    if (!socket.kind().isUnix()) {
      return Optional.empty();
    }
    return SocketCalls.optionIfKnown(
            socket.copy(), SocketCalls.SOL_SOCKET, SO_PEERCRED, PEERCRED_BYTES)
        .filter(value -> LittleEndian.number(value, 0) != 0)
        .map(FdState.Option::peerCredentials);
  }

  /** What changes what goes through a socket, and cannot be read; empty for none. */
  static Optional<String> hook(int fd, SocketKind kind, int family) throws IOException {
    if (SocketCalls.hasFilter(fd)) {
      return Optional.of("a packet filter");
    }
    if (kind == SocketKind.UDP) {
      return Multicast.group(fd, family).map(group -> "the multicast group " + group);
    }
    Optional<byte[]> protocol =
        kind == SocketKind.TCP
            ? SocketCalls.optionIfKnown(fd, 6, TCP_ULP, ULP_BYTES)
            : Optional.empty();
    return protocol.filter(name -> name.length > 0).map(name -> "a protocol of its own above TCP");
  }
}

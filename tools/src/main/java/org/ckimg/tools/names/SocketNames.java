package org.ckimg.tools.names;

import java.util.List;
import java.util.Map;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;

/** Families, kinds, protocols and states of sockets; a number without a name is itself. */
public final class SocketNames {
  private static final int STREAM = 1;
  private static final int DATAGRAM = 2;

  /** {@code linux/socket.h}. */
  private static final Map<Integer, String> FAMILIES =
      Map.of(
          1, "unix",
          2, "inet",
          10, "inet6",
          15, "key",
          16, "netlink",
          17, "packet",
          29, "can",
          38, "alg",
          40, "vsock",
          44, "xdp");

  /** {@code linux/net.h}. */
  private static final Map<Integer, String> KINDS =
      Map.of(1, "stream", 2, "dgram", 3, "raw", 4, "rdm", 5, "seqpacket", 6, "dccp", 10, "packet");

  /** {@code linux/in.h}. */
  private static final Map<Integer, String> PROTOCOLS =
      Map.of(
          1, "icmp",
          2, "igmp",
          6, "tcp",
          17, "udp",
          33, "dccp",
          58, "icmpv6",
          132, "sctp",
          136, "udplite",
          255, "raw",
          262, "mptcp");

  /** {@code net/tcp_states.h}, from 1; the words are those of ss(8). */
  private static final List<String> STATES =
      List.of(
          ("established syn-sent syn-recv fin-wait-1 fin-wait-2 time-wait closed close-wait last-ack"
                  + " listen closing new-syn-recv bound-inactive")
              .split(" "));

  private SocketNames() {}

  /** Such as unix, inet6. */
  public static String family(int number) {
    return FAMILIES.getOrDefault(number, Integer.toString(number));
  }

  /** Such as stream, dgram. */
  public static String kind(int number) {
    return KINDS.getOrDefault(number, Integer.toString(number));
  }

  /** Such as established, listen. */
  public static String state(int number) {
    boolean known = number >= 1 && number <= STATES.size();
    return known ? STATES.get(number - 1) : Integer.toString(number);
  }

  /** Such as tcp: also where the number is 0, which stands for the usual one. */
  public static String protocol(FdState.Socket socket) {
    if (FdType.ofSocket(socket.family()) != FdType.INET) {
      return Integer.toUnsignedString(socket.protocol());
    }
    if (socket.protocol() == 0) {
      return switch (socket.kind()) {
        case STREAM -> "tcp";
        case DATAGRAM -> "udp";
        default -> "0";
      };
    }
    return PROTOCOLS.getOrDefault(socket.protocol(), Integer.toUnsignedString(socket.protocol()));
  }
}

package org.ckimg.linux.net;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Options of sockets that say how a socket behaves, that can be read and set again, and that give
 * no right: socket(7), ip(7), ipv6(7), tcp(7). The kernel's numbers are those of {@code
 * asm-generic/socket.h}, {@code linux/in.h}, {@code linux/in6.h}, {@code linux/tcp.h}, {@code
 * linux/udp.h}.
 */
public enum SocketOption {
  REUSEADDR(1, 2, 4, Time.BEFORE_BIND),
  DONTROUTE(1, 5, 4),
  BROADCAST(1, 6, 4),
  SNDBUF(1, 7, 4),
  RCVBUF(1, 8, 4),
  KEEPALIVE(1, 9, 4),
  OOBINLINE(1, 10, 4),
  NO_CHECK(1, 11, 4),
  PRIORITY(1, 12, 4),
  LINGER(1, 13, 8),
  REUSEPORT(1, 15, 4, Time.BEFORE_BIND),
  PASSCRED(1, 16, 4, Time.BEFORE_BIND),
  RCVLOWAT(1, 18, 4),
  RCVTIMEO(1, 20, 16),
  SNDTIMEO(1, 21, 16),
  BINDTODEVICE(1, 25, 16, Time.BEFORE_BIND),
  TIMESTAMP(1, 29, 4),
  PASSSEC(1, 34, 4),
  TIMESTAMPNS(1, 35, 4),
  MARK(1, 36, 4, Time.BEFORE_BIND),
  RXQ_OVFL(1, 40, 4),
  PEEK_OFF(1, 42, 4),
  BUF_LOCK(1, 72, 4),
  PASSPIDFD(1, 76, 4),
  PASSRIGHTS(1, 83, 4),
  IP_TOS(0, 1, 4),
  IP_TTL(0, 2, 4),
  IP_PKTINFO(0, 8, 4),
  IP_MTU_DISCOVER(0, 10, 4),
  IP_RECVERR(0, 11, 4),
  IP_RECVTTL(0, 12, 4),
  IP_RECVTOS(0, 13, 4),
  IP_FREEBIND(0, 15, 4, Time.BEFORE_BIND),
  IP_TRANSPARENT(0, 19, 4, Time.BEFORE_BIND),
  IP_RECVORIGDSTADDR(0, 20, 4),
  IP_BIND_ADDRESS_NO_PORT(0, 24, 4, Time.BEFORE_BIND),
  IP_MULTICAST_IF(0, 32, 4),
  IP_MULTICAST_TTL(0, 33, 4),
  IP_MULTICAST_LOOP(0, 34, 4),
  IP_MULTICAST_ALL(0, 49, 4),
  IPV6_UNICAST_HOPS(41, 16, 4),
  IPV6_MULTICAST_IF(41, 17, 4),
  IPV6_MULTICAST_HOPS(41, 18, 4),
  IPV6_MULTICAST_LOOP(41, 19, 4),
  IPV6_MTU_DISCOVER(41, 23, 4),
  IPV6_RECVERR(41, 25, 4),
  IPV6_V6ONLY(41, 26, 4, Time.BEFORE_BIND),
  IPV6_MULTICAST_ALL(41, 29, 4),
  IPV6_RECVPKTINFO(41, 49, 4),
  IPV6_RECVHOPLIMIT(41, 51, 4),
  IPV6_RECVTCLASS(41, 66, 4),
  IPV6_TCLASS(41, 67, 4),
  IPV6_TRANSPARENT(41, 75, 4, Time.BEFORE_BIND),
  IPV6_FREEBIND(41, 78, 4, Time.BEFORE_BIND),
  TCP_NODELAY(6, 1, 4),
  TCP_MAXSEG(6, 2, 4),
  TCP_CORK(6, 3, 4),
  TCP_KEEPIDLE(6, 4, 4),
  TCP_KEEPINTVL(6, 5, 4),
  TCP_KEEPCNT(6, 6, 4),
  TCP_SYNCNT(6, 7, 4),
  TCP_LINGER2(6, 8, 4),
  TCP_DEFER_ACCEPT(6, 9, 4),
  TCP_WINDOW_CLAMP(6, 10, 4),
  TCP_CONGESTION(6, 13, 16),
  TCP_USER_TIMEOUT(6, 18, 4),
  TCP_FASTOPEN(6, 23, 4),
  TCP_NOTSENT_LOWAT(6, 25, 4),
  TCP_FASTOPEN_CONNECT(6, 30, 4),
  TCP_INQ(6, 36, 4),
  UDP_SEGMENT(17, 103, 4),
  UDP_GRO(17, 104, 4);

  private static final int SOL_IP = 0;
  private static final int SOL_SOCKET = 1;
  private static final int SOL_TCP = 6;
  private static final int SOL_UDP = 17;

  private final int level;
  private final int number;
  private final int bytes;
  private final Time time;

  /** When it must be set. */
  private enum Time {
    BEFORE_BIND,
    LAST
  }

  SocketOption(int level, int number, int bytes) {
    this(level, number, bytes, Time.LAST);
  }

  SocketOption(int level, int number, int bytes, Time time) {
    this.level = level;
    this.number = number;
    this.bytes = bytes;
    this.time = time;
  }

  /** The option with these numbers of setsockopt(2); empty for any other. */
  public static Optional<SocketOption> of(int level, int number) {
    return Stream.of(values()).filter(o -> o.level == level && o.number == number).findFirst();
  }

  /** True when sockets of this kind and family have it. */
  public boolean isOf(SocketKind kind, int family) {
    return switch (level) {
      case SOL_SOCKET -> kind.isUnix() || !isOfUnixAlone();
      case SOL_IP -> family == SocketKind.AF_INET && (kind == SocketKind.UDP || !isMulticast());
      case SOL_TCP -> kind == SocketKind.TCP;
      case SOL_UDP -> kind == SocketKind.UDP;
      default -> family == SocketKind.AF_INET6 && (kind == SocketKind.UDP || !isMulticast());
    };
  }

  private boolean isOfUnixAlone() {
    return this == PASSCRED || this == PASSSEC || this == PASSPIDFD || this == PASSRIGHTS;
  }

  private boolean isMulticast() {
    return name().contains("MULTICAST");
  }

  /** SOL_ or IPPROTO_ number. */
  public int level() {
    return level;
  }

  /** Option number. */
  public int number() {
    return number;
  }

  /** Most bytes that its value has; all values but names have just so many. */
  public int bytes() {
    return bytes;
  }

  /** True for a value that is a text: a device, an algorithm. */
  public boolean isText() {
    return this == BINDTODEVICE || this == TCP_CONGESTION;
  }

  /** True when it must be set before the socket is bound. */
  public boolean beforeBind() {
    return time == Time.BEFORE_BIND;
  }

  /**
   * True when only CAP_NET_ADMIN may set it so, capabilities(7).
   *
   * @param value of 32 bits
   */
  public boolean needsNetAdmin(int value) {
    return switch (this) {
      case MARK, IP_TRANSPARENT, IPV6_TRANSPARENT -> value != 0;
      case PRIORITY -> value < 0 || value > 6;
      default -> false;
    };
  }

  /** True when the kernel counts it twice: a value that was read is to be halved, socket(7). */
  public boolean isDoubled() {
    return this == SNDBUF || this == RCVBUF;
  }
}

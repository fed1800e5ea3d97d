package org.ckimg.linux.net;

import java.util.Optional;
import org.ckimg.linux.sys.SyscallException;

/** Kinds of sockets whose state can be read and set again. */
public enum SocketKind {
  UNIX_STREAM,
  UNIX_DATAGRAM,
  UNIX_SEQPACKET,
  TCP,
  UDP;

  public static final int AF_UNIX = 1;
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;

  static final int SOCK_DGRAM = 2;

  private static final int SOCK_STREAM = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int IPPROTO_TCP = 6;
  private static final int IPPROTO_UDP = 17;

  /**
   * The three numbers of socket(2).
   *
   * @param family AF_ number
   * @param type SOCK_ number without flags
   * @param protocol IPPROTO_ number, 0 for the usual one
   */
  public record Numbers(int family, int type, int protocol) {
    /** Those of an open socket. */
    public static Numbers of(int fd) throws SyscallException {
      return new Numbers(
          SocketCalls.number(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_DOMAIN),
          SocketCalls.number(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_TYPE),
          SocketCalls.number(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_PROTOCOL));
    }

    /** What it is; empty for all others. */
    public Optional<SocketKind> kind() {
      return switch (family) {
        case AF_UNIX -> protocol == 0 ? unix() : Optional.empty();
        case AF_INET, AF_INET6 -> internet();
        default -> Optional.empty();
      };
    }

    private Optional<SocketKind> unix() {
      return switch (type) {
        case SOCK_STREAM -> Optional.of(UNIX_STREAM);
        case SOCK_DGRAM -> Optional.of(UNIX_DATAGRAM);
        case SOCK_SEQPACKET -> Optional.of(UNIX_SEQPACKET);
        default -> Optional.empty();
      };
    }

    private Optional<SocketKind> internet() {
      if (type == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP)) {
        return Optional.of(TCP);
      }
      boolean udp = type == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP);
      return udp ? Optional.of(UDP) : Optional.empty();
    }
  }

  /** True for sockets of this machine alone. */
  public boolean isUnix() {
    return this == UNIX_STREAM || this == UNIX_DATAGRAM || this == UNIX_SEQPACKET;
  }

  /** True when what is received is cut into messages. */
  public boolean hasMessages() {
    return this == UNIX_DATAGRAM || this == UNIX_SEQPACKET || this == UDP;
  }

  /** True when listen(2) and accept(2) make its connections. */
  public boolean isConnected() {
    return this != UNIX_DATAGRAM && this != UDP;
  }
}

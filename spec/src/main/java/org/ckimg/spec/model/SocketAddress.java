package org.ckimg.spec.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Socket addresses as people write them. The bytes are those of an image: whatever is too short for
 * its family is shown as bytes.
 */
public final class SocketAddress {
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_NETLINK = 16;
  private static final int AF_PACKET = 17;
  private static final int AF_VSOCK = 40;
  private static final int FAMILY_BYTES = 2;
  private static final int INET_BYTES = 8;
  private static final int INET6_BYTES = 28;
  private static final int NETLINK_BYTES = 12;
  private static final int PACKET_BYTES = 8;
  private static final int VSOCK_BYTES = 12;
  private static final int GROUPS = 8;

  private final Bytes bytes;
  private final ByteBuffer host;
  private final ByteBuffer network;

  private SocketAddress(Host host, Bytes bytes) {
    this.bytes = bytes;
    ByteOrder order = host.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    this.host = ByteBuffer.wrap(bytes.toArray()).order(order);
    this.network = ByteBuffer.wrap(bytes.toArray());
  }

  /**
   * Such as {@code 127.0.0.1:80}, {@code [::1]:80}, {@code /run/x.sock}, {@code @abstract}.
   *
   * @param host whose byte order the family has
   * @param address {@code struct sockaddr_*}
   */
  public static String text(Host host, Bytes address) {
    return new SocketAddress(host, address).text();
  }

  private String text() {
    if (bytes.length() < FAMILY_BYTES) {
      return raw();
    }
    return switch (Short.toUnsignedInt(host.getShort(0))) {
      case AF_UNIX -> unix();
      case AF_INET -> has(INET_BYTES) ? inet(4) + ":" + port() : raw();
      case AF_INET6 -> has(INET6_BYTES) ? inet6() : raw();
      case AF_NETLINK ->
          has(NETLINK_BYTES) ? "port %s groups 0x%x".formatted(word(4), host.getInt(8)) : raw();
      case AF_PACKET ->
          has(PACKET_BYTES) ? "protocol 0x%04x interface %s".formatted(port(), word(4)) : raw();
      case AF_VSOCK -> has(VSOCK_BYTES) ? word(8) + ":" + word(4) : raw();
      default -> raw();
    };
  }

  private boolean has(int length) {
    return bytes.length() >= length;
  }

  private String raw() {
    return "0x" + HexFormat.of().formatHex(bytes.toArray());
  }

  private int port() {
    return Short.toUnsignedInt(network.getShort(2));
  }

  private String word(int at) {
    return Integer.toUnsignedString(host.getInt(at));
  }

  /** A name ends at its zero byte; an abstract one starts with one and goes to the end. */
  private String unix() {
    if (bytes.length() == FAMILY_BYTES) {
      return "unnamed";
    }
    if (bytes.at(FAMILY_BYTES) == 0) {
      return "@" + bytes.slice(FAMILY_BYTES + 1, bytes.length());
    }
    int end = FAMILY_BYTES;
    while (end < bytes.length() && bytes.at(end) != 0) {
      end++;
    }
    return bytes.slice(FAMILY_BYTES, end).toString();
  }

  private String inet(int at) {
    return "%d.%d.%d.%d"
        .formatted(
            bytes.at(at) & 0xff,
            bytes.at(at + 1) & 0xff,
            bytes.at(at + 2) & 0xff,
            bytes.at(at + 3) & 0xff);
  }

  private String inet6() {
    int scope = host.getInt(24);
    String zone = scope == 0 ? "" : "%" + Integer.toUnsignedString(scope);
    return "[" + (isMapped() ? "::ffff:" + inet(20) : groups()) + zone + "]:" + port();
  }

  private boolean isMapped() {
    return network.getLong(8) == 0 && network.getInt(16) == 0xffff;
  }

  /** The longest run of zero groups, of two at least, is written as {@code ::} (RFC 5952). */
  private String groups() {
    int best = 0;
    int length = 1;
    for (int start = 0; start < GROUPS; start++) {
      int end = start;
      while (end < GROUPS && group(end) == 0) {
        end++;
      }
      if (end - start > length) {
        best = start;
        length = end - start;
      }
    }
    return length == 1 ? groups(0, GROUPS) : groups(0, best) + "::" + groups(best + length, GROUPS);
  }

  private String groups(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(i == from ? "" : ":").append(Integer.toHexString(group(i)));
    }
    return text.toString();
  }

  private int group(int index) {
    return Short.toUnsignedInt(network.getShort(8 + 2 * index));
  }
}

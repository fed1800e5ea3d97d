package org.ckimg.spec.model;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An address and a port of the internet, {@code struct sockaddr_in} or {@code sockaddr_in6} of a
 * little-endian machine.
 *
 * @param address 16 bytes; one of IPv4 as IPv6 maps it, so that both ends of a connection agree
 * @param port 0 to 65535
 */
public record Endpoint(Bytes address, int port) {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int INET_BYTES = 16;
  private static final int INET6_BYTES = 28;
  private static final int LOOPBACK_NET = 127;
  private static final byte[] LOOPBACK_IPV4 = {127, 0, 0, 1};
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
  private static final Bytes LOOPBACK =
      Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

  /** That of a socket address; empty for one of another family, or of another length. */
  public static Optional<Endpoint> of(Bytes address) {
    if (address.length() < 2) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(address.toArray());
    int family = Short.toUnsignedInt(Short.reverseBytes(bytes.getShort(0)));
    if (family == AF_INET && address.length() == INET_BYTES) {
      return Optional.of(new Endpoint(mapped(address.slice(4, 8)), port(bytes)));
    }
    return family == AF_INET6 && address.length() == INET6_BYTES
        ? Optional.of(new Endpoint(address.slice(8, 24), port(bytes)))
        : Optional.empty();
  }

  private static int port(ByteBuffer bytes) {
    return Short.toUnsignedInt(bytes.getShort(2));
  }

  /** An address of IPv4 as IPv6 has it. */
  public static Bytes mapped(Bytes address) {
    return Bytes.of(MAPPED).plus(address);
  }

  /** The address of this host alone, as a socket address. */
  public static Bytes loopback(int family, boolean ofIpv4, int port) {
    ByteBuffer bytes = ByteBuffer.allocate(family == AF_INET ? INET_BYTES : INET6_BYTES);
    bytes.put((byte) family).put((byte) 0).putShort((short) port);
    if (family == AF_INET) {
      bytes.put(LOOPBACK_IPV4);
    } else {
      bytes.position(8).put((ofIpv4 ? mapped(Bytes.of(LOOPBACK_IPV4)) : LOOPBACK).toArray());
    }
    return Bytes.of(bytes.array());
  }

  /** True for an address of IPv4, which IPv6 has too. */
  public boolean isOfIpv4() {
    return Bytes.of(MAPPED).equals(address.slice(0, MAPPED.length));
  }

  /** True for 0.0.0.0 and ::, which stand for every address of the host. */
  public boolean isAny() {
    int from = isOfIpv4() ? MAPPED.length : 0;
    for (int i = from; i < address.length(); i++) {
      if (address.at(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** True for an address that stands for a group of hosts. */
  public boolean isMulticast() {
    return isOfIpv4() ? (address.at(MAPPED.length) & 0xf0) == 0xe0 : address.at(0) == (byte) 0xff;
  }

  /** True for an address that only this host reaches. */
  public boolean isLoopback() {
    return isOfIpv4() ? address.at(MAPPED.length) == LOOPBACK_NET : address.equals(LOOPBACK);
  }
}

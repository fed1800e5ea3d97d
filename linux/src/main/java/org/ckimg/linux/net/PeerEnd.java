package org.ckimg.linux.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * Tells a connection of this host that its other end sends no more, in the other end's name: a FIN
 * that it has sent long ago, and does not send again. Needs CAP_NET_RAW. raw(7), RFC 9293, section
 * 3.1; RFC 8200, section 8.1 for the checksum of IPv6.
 */
public final class PeerEnd {
  private static final int SOCK_RAW = 3;

  /** The caller writes the headers of the internet protocol too. */
  private static final int IPPROTO_RAW = 255;

  private static final int IPPROTO_TCP = 6;
  private static final int FAMILY_BYTES = 2;
  private static final int PORT = 2;
  private static final int IPV4_ADDRESS = 4;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_ADDRESS = 8;
  private static final int IPV6_BYTES = 16;
  private static final int SEGMENT_BYTES = 20;
  private static final int CHECKSUM = 16;
  private static final int WORDS_AND_FIN_ACK = 0x5011;
  private static final int TTL = 64;

  /** The first 12 bytes of an address of IPv6 that is one of IPv4. */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private PeerEnd() {}

  /**
   * Sends it.
   *
   * @param from address of the other end, {@code struct sockaddr_in} or {@code sockaddr_in6}
   * @param to address of the end here
   * @param sequence number of the FIN
   * @param acknowledged first number that the other end has not acknowledged
   * @param window that the other end has offered, as TCP sends it
   */
  public static void send(byte[] from, byte[] to, int sequence, int acknowledged, int window)
      throws SyscallException {
    byte[] source = address(from);
    byte[] destination = address(to);
    ByteBuffer segment = ByteBuffer.allocate(SEGMENT_BYTES);
    segment.put(from, PORT, Short.BYTES).put(to, PORT, Short.BYTES);
    segment.putInt(sequence).putInt(acknowledged);
    segment.putShort((short) WORDS_AND_FIN_ACK).putShort((short) window);
    segment.putShort(CHECKSUM, checksum(source, destination, segment.array()));
    boolean ipv4 = source.length == IPV4_BYTES;
    ByteBuffer packet = ipv4 ? ipv4(source, destination) : ipv6(source, destination);
    packet.put(segment.array());
    int family = ipv4 ? SocketKind.AF_INET : SocketKind.AF_INET6;
    transmit(family, packet.array(), portless(family, to, destination));
  }

  private static byte[] address(byte[] socketAddress) {
    if (socketAddress[0] == SocketKind.AF_INET) {
      return Arrays.copyOfRange(socketAddress, IPV4_ADDRESS, IPV4_ADDRESS + IPV4_BYTES);
    }
    byte[] all = Arrays.copyOfRange(socketAddress, IPV6_ADDRESS, IPV6_ADDRESS + IPV6_BYTES);
    boolean mapped = Arrays.equals(MAPPED, 0, MAPPED.length, all, 0, MAPPED.length);
    return mapped ? Arrays.copyOfRange(all, MAPPED.length, IPV6_BYTES) : all;
  }

  /** What a raw socket sends to; an address of one link keeps the number of the link. */
  private static byte[] portless(int family, byte[] socketAddress, byte[] address) {
    if (socketAddress[0] != family) {
      byte[] ipv4 = new byte[16];
      ipv4[0] = (byte) family;
      System.arraycopy(address, 0, ipv4, IPV4_ADDRESS, IPV4_BYTES);
      return ipv4;
    }
    byte[] same = socketAddress.clone();
    Arrays.fill(same, FAMILY_BYTES, FAMILY_BYTES + Short.BYTES, (byte) 0);
    return same;
  }

  private static ByteBuffer ipv4(byte[] source, byte[] destination) {
    // The kernel fills in the checksum of this header.
    ByteBuffer packet = ByteBuffer.allocate(20 + SEGMENT_BYTES);
    packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0);
    packet.put((byte) TTL).put((byte) IPPROTO_TCP).putShort((short) 0);
    return packet.put(source).put(destination);
  }

  private static ByteBuffer ipv6(byte[] source, byte[] destination) {
    ByteBuffer packet = ByteBuffer.allocate(40 + SEGMENT_BYTES);
    packet.putInt(0x60000000).putShort((short) SEGMENT_BYTES);
    packet.put((byte) IPPROTO_TCP).put((byte) TTL);
    return packet.put(source).put(destination);
  }

  private static short checksum(byte[] source, byte[] destination, byte[] segment) {
    long sum = sum(source) + sum(destination) + IPPROTO_TCP + segment.length + sum(segment);
    while (sum >>> Short.SIZE != 0) {
      sum = (sum & 0xffff) + (sum >>> Short.SIZE);
    }
    return (short) ~sum;
  }

  private static long sum(byte[] bytes) {
    ByteBuffer words = ByteBuffer.wrap(bytes);
    long sum = 0;
    while (words.hasRemaining()) {
      sum += Short.toUnsignedInt(words.getShort());
    }
    return sum;
  }

  private static void transmit(int family, byte[] packet, byte[] to) throws SyscallException {
    int fd = SocketCalls.make(new SocketKind.Numbers(family, SOCK_RAW, IPPROTO_RAW));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = NativeBytes.copyOf(arena, packet);
      MemorySegment address = NativeBytes.copyOf(arena, to);
      long sent =
          Syscalls.call(
              Sys.SENDTO, fd, bytes.address(), packet.length, 0, address.address(), to.length);
      Syscalls.check("sendto", sent, "the end of a connection");
    } finally {
      FileCalls.close(fd);
    }
  }
}

package org.ckimg.linux.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * Memberships of multicast groups. The kernel lists the groups of each interface, {@code
 * /proc/net/igmp} and {@code igmp6}, and tells of a socket only whether it is in one that is named:
 * MCAST_MSFILTER, {@code struct group_filter} of {@code linux/in.h}.
 */
public final class Multicast {
  private static final int MCAST_MSFILTER = 48;
  private static final int FILTER_BYTES = 144;
  private static final int GROUP = 8;
  private static final int IPV4_ADDRESS = GROUP + 4;
  private static final int IPV6_ADDRESS = GROUP + 8;
  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV4_DIGITS = 8;

  private Multicast() {}

  private record Group(int device, byte[] address) {
    boolean isIpv4() {
      return address.length == 4;
    }
  }

  /**
   * A group that a socket is in, as text; empty for none.
   *
   * @param family of the socket: one of IPv6 may be in groups of both
   */
  public static Optional<String> group(int fd, int family) throws IOException {
    for (Group group : groups()) {
      boolean possible = group.isIpv4() || family == SocketKind.AF_INET6;
      if (possible && isMember(fd, group)) {
        return Optional.of(InetAddress.getByAddress(group.address()).getHostAddress());
      }
    }
    return Optional.empty();
  }

  private static List<Group> groups() throws IOException {
    List<Group> groups = new ArrayList<>();
    int device = 0;
    for (String line : lines("/proc/net/igmp")) {
      String[] fields = line.strip().split("\\s+");
      if (!Character.isWhitespace(line.charAt(0))) {
        device = fields[0].matches("\\d+") ? Integer.parseInt(fields[0]) : 0;
      } else if (fields[0].length() == IPV4_DIGITS) {
        groups.add(new Group(device, turned(HexFormat.of().parseHex(fields[0]))));
      }
    }
    for (String line : lines("/proc/net/igmp6")) {
      String[] fields = line.strip().split("\\s+");
      groups.add(new Group(Integer.parseInt(fields[0]), HexFormat.of().parseHex(fields[2])));
    }
    return groups;
  }

  /** A kernel without IPv6, or without multicast, has no such file. */
  private static List<String> lines(String name) throws IOException {
    Path file = Path.of(name);
    return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.US_ASCII) : List.of();
  }

  /** The kernel prints the word in the host's order. */
  private static byte[] turned(byte[] word) {
    return new byte[] {word[3], word[2], word[1], word[0]};
  }

  private static boolean isMember(int fd, Group group) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment filter = arena.allocate(FILTER_BYTES, 8);
      MemorySegment length = arena.allocate(8, 8);
      length.set(NativeBytes.INT, 0, FILTER_BYTES);
      filter.set(NativeBytes.INT, 0, group.device());
      int family = group.isIpv4() ? SocketKind.AF_INET : SocketKind.AF_INET6;
      filter.set(NativeBytes.SHORT, GROUP, (short) family);
      int place = group.isIpv4() ? IPV4_ADDRESS : IPV6_ADDRESS;
      filter.asSlice(place).copyFrom(MemorySegment.ofArray(group.address()));
      int level = group.isIpv4() ? IPPROTO_IP : IPPROTO_IPV6;
      long result =
          Syscalls.call(
              Sys.GETSOCKOPT, fd, level, MCAST_MSFILTER, filter.address(), length.address());
      if (result == -Errno.EADDRNOTAVAIL) {
        return false;
      }
      Syscalls.check("getsockopt", result, "MCAST_MSFILTER");
      return true;
    }
  }
}

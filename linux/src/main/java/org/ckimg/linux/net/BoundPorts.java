package org.ckimg.linux.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Who has which port of TCP and UDP in this network namespace, {@code /proc/net/tcp} and its like.
 */
public final class BoundPorts {
  private static final int LISTENING = 0x0a;
  private static final int IPV4_BYTES = 4;
  private static final int LOCAL = 1;
  private static final int STATE = 3;

  private BoundPorts() {}

  /**
   * A socket that has a port.
   *
   * @param kind TCP, of which only those are told that listen, or UDP
   * @param address of IPv4 with 4 bytes, of IPv6 with 16, zeroes for every one
   */
  public record Port(SocketKind kind, byte[] address, int port) {}

  /** All of them. */
  public static List<Port> read() throws IOException {
    List<Port> ports = new ArrayList<>();
    for (String name : new String[] {"tcp", "tcp6", "udp", "udp6"}) {
      Path file = Path.of("/proc/net/" + name);
      SocketKind kind = name.startsWith("tcp") ? SocketKind.TCP : SocketKind.UDP;
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        lines.stream().skip(1).forEach(line -> add(kind, line, ports));
      }
    }
    return ports;
  }

  /** {@code 0: 0100007F:1F90 00000000:0000 0A …}: words of the address are in the host's order. */
  static void add(SocketKind kind, String line, List<Port> ports) {
    String[] fields = line.strip().split("\\s+");
    if (kind == SocketKind.TCP && Integer.parseInt(fields[STATE], 16) != LISTENING) {
      return;
    }
    String[] local = fields[LOCAL].split(":");
    byte[] address = HexFormat.of().parseHex(local[0]);
    for (int word = 0; word < address.length; word += IPV4_BYTES) {
      byte[] turned = Arrays.copyOfRange(address, word, word + IPV4_BYTES);
      for (int i = 0; i < IPV4_BYTES; i++) {
        address[word + i] = turned[IPV4_BYTES - 1 - i];
      }
    }
    ports.add(new Port(kind, address, Integer.parseInt(local[1], 16)));
  }
}

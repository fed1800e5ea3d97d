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
  private static final int TIME_WAIT = 6;
  private static final int CLOSED = 7;
  private static final int IPV4_BYTES = 4;
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;

  private BoundPorts() {}

  /**
   * A socket that has a port.
   *
   * @param kind TCP, of which only those are told that listen, or UDP
   * @param address of IPv4 with 4 bytes, of IPv6 with 16, zeroes for every one
   */
  public record Port(SocketKind kind, byte[] address, int port) {}

  /** One end of a connection of TCP, with both its addresses. */
  public record Connected(Port local, Port remote) {}

  /** All of them. */
  public static List<Port> read() throws IOException {
    List<Port> ports = new ArrayList<>();
    for (String name : new String[] {"tcp", "tcp6", "udp", "udp6"}) {
      SocketKind kind = name.startsWith("tcp") ? SocketKind.TCP : SocketKind.UDP;
      lines(name).forEach(line -> add(kind, line, ports));
    }
    return ports;
  }

  /** All connections of TCP but those that have ended on both sides. */
  public static List<Connected> connections() throws IOException {
    List<Connected> connections = new ArrayList<>();
    for (String name : new String[] {"tcp", "tcp6"}) {
      for (String line : lines(name)) {
        String[] fields = fields(line);
        switch (state(fields)) {
          case LISTENING, TIME_WAIT, CLOSED -> {}
          default ->
              connections.add(
                  new Connected(
                      port(SocketKind.TCP, fields[LOCAL]), port(SocketKind.TCP, fields[REMOTE])));
        }
      }
    }
    return connections;
  }

  private static List<String> lines(String name) throws IOException {
    Path file = Path.of("/proc/net/" + name);
    return Files.exists(file)
        ? Files.readAllLines(file, StandardCharsets.US_ASCII).stream().skip(1).toList()
        : List.of();
  }

  /** {@code 0: 0100007F:1F90 00000000:0000 0A …}: words of the address are in the host's order. */
  static void add(SocketKind kind, String line, List<Port> ports) {
    String[] fields = fields(line);
    if (kind != SocketKind.TCP || state(fields) == LISTENING) {
      ports.add(port(kind, fields[LOCAL]));
    }
  }

  private static String[] fields(String line) {
    return line.strip().split("\\s+");
  }

  private static int state(String[] fields) {
    return Integer.parseInt(fields[STATE], 16);
  }

  private static Port port(SocketKind kind, String text) {
    String[] parts = text.split(":");
    byte[] address = HexFormat.of().parseHex(parts[0]);
    for (int word = 0; word < address.length; word += IPV4_BYTES) {
      byte[] turned = Arrays.copyOfRange(address, word, word + IPV4_BYTES);
      for (int i = 0; i < IPV4_BYTES; i++) {
        address[word + i] = turned[IPV4_BYTES - 1 - i];
      }
    }
    return new Port(kind, address, Integer.parseInt(parts[1], 16));
  }
}

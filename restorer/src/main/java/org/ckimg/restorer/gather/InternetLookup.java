package org.ckimg.restorer.gather;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.linux.net.BoundPorts;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Endpoint;

/** Addresses and ports of this host. */
final class InternetLookup {
  private static final Path FIRST_FREE_PORT =
      Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

  private static final int IPV4_BYTES = 4;
  private static final int USUAL_FIRST = 1024;

  private InternetLookup() {}

  static Set<Bytes> addresses() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .map(InetAddress::getAddress)
        .map(InternetLookup::address)
        .collect(Collectors.toSet());
  }

  private static Bytes address(byte[] raw) {
    Bytes bytes = Bytes.of(raw);
    return raw.length == IPV4_BYTES ? Endpoint.mapped(bytes) : bytes;
  }

  static List<SocketFacts.Taken> ports() throws IOException {
    return BoundPorts.read().stream()
        .map(port -> new SocketFacts.Taken(port.kind(), endpoint(port)))
        .toList();
  }

  static Set<SocketFacts.Connected> connections() throws IOException {
    return BoundPorts.connections().stream()
        .map(ends -> new SocketFacts.Connected(endpoint(ends.local()), endpoint(ends.remote())))
        .collect(Collectors.toSet());
  }

  private static Endpoint endpoint(BoundPorts.Port port) {
    return new Endpoint(address(port.address()), port.port());
  }

  static int firstFreePort() throws IOException {
    return Files.exists(FIRST_FREE_PORT)
        ? Integer.parseInt(Files.readString(FIRST_FREE_PORT, StandardCharsets.US_ASCII).strip())
        : USUAL_FIRST;
  }
}

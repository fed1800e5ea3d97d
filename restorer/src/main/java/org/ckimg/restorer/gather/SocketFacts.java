package org.ckimg.restorer.gather;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ckimg.linux.net.SocketKind;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Endpoint;

/**
 * What this host says of the names and addresses that sockets of an image have.
 *
 * @param places of Unix sockets with a path, by description
 * @param abstractNames abstract names of Unix sockets that are bound here
 * @param addresses of this host, 16 bytes each as {@link Endpoint} has them
 * @param ports that somebody has
 * @param connections of TCP that there are
 * @param firstFreePort the first port that needs no right
 */
public record SocketFacts(
    Map<Integer, SocketPlace> places,
    Set<AbstractName> abstractNames,
    Set<Bytes> addresses,
    List<Taken> ports,
    Set<Connected> connections,
    int firstFreePort) {
  /** A host without any. */
  public static final SocketFacts NONE =
      new SocketFacts(Map.of(), Set.of(), Set.of(), List.of(), Set.of(), 1024);

  /** Copies the collections. */
  public SocketFacts {
    places = Map.copyOf(places);
    abstractNames = Set.copyOf(abstractNames);
    addresses = Set.copyOf(addresses);
    ports = List.copyOf(ports);
    connections = Set.copyOf(connections);
  }

  /**
   * A name that one kind of socket has.
   *
   * @param type SOCK_ number
   * @param name of {@code sun_path}
   */
  public record AbstractName(int type, Bytes name) {}

  /** Both addresses of a connection, as its end here has them. */
  public record Connected(Endpoint local, Endpoint remote) {}

  /** A port that a socket which listens, or receives datagrams, has. */
  public record Taken(SocketKind kind, Endpoint endpoint) {
    /** True when nobody else can have this address too. */
    public boolean excludes(SocketKind other, Endpoint wanted) {
      return kind == other
          && endpoint.port() == wanted.port()
          && (endpoint.isAny() || wanted.isAny() || endpoint.address().equals(wanted.address()));
    }
  }
}

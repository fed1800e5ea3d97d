package org.ckimg.restorer.gather;

import java.util.Map;
import java.util.Set;
import org.ckimg.spec.model.Bytes;

/**
 * What this host says of the names and addresses that sockets of an image have.
 *
 * @param places of Unix sockets with a path, by description
 * @param abstractNames abstract names of Unix sockets that are bound here
 */
public record SocketFacts(Map<Integer, SocketPlace> places, Set<AbstractName> abstractNames) {
  /** A host without any. */
  public static final SocketFacts NONE = new SocketFacts(Map.of(), Set.of());

  /** Copies the collections. */
  public SocketFacts {
    places = Map.copyOf(places);
    abstractNames = Set.copyOf(abstractNames);
  }

  /**
   * A name that one kind of socket has.
   *
   * @param type SOCK_ number
   * @param name of {@code sun_path}
   */
  public record AbstractName(int type, Bytes name) {}
}

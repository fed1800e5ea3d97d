package org.ckimg.restorer.tree;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;

/**
 * Descriptions that the caller gives: what the first process has under a number that was asked for,
 * and whoever shares it.
 *
 * @param callerFds the caller's descriptor, by id of the description
 */
public record Inherited(Map<Integer, Integer> callerFds) {
  /** Copies the map. */
  public Inherited {
    callerFds = Map.copyOf(callerFds);
  }

  /**
   * Finds them.
   *
   * @param numbers that were asked for
   */
  public static Inherited of(Checkpoint checkpoint, Set<Integer> numbers) {
    Map<Integer, Integer> callerFds = new HashMap<>();
    for (FdEntry fd : checkpoint.table(Tree.of(checkpoint).root())) {
      if (numbers.contains(fd.number())) {
        callerFds.putIfAbsent(fd.description(), fd.number());
      }
    }
    return new Inherited(callerFds);
  }

  /** The caller's descriptor; empty for a description that is the program's own. */
  public OptionalInt callerFd(int description) {
    Integer fd = callerFds.get(description);
    return fd == null ? OptionalInt.empty() : OptionalInt.of(fd);
  }
}

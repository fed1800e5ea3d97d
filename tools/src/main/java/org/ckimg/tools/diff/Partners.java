package org.ckimg.tools.diff;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;

/**
 * Where else in its process a descriptor's description is open: at the least of the other numbers.
 * That other processes have it too changes with them, and is told of them.
 */
final class Partners {
  private final Map<Integer, Least> least = new HashMap<>();

  /** The least numbers that a description is open at. */
  private record Least(int first, OptionalInt second) {
    Least and(int number) {
      if (number < first) {
        return new Least(number, OptionalInt.of(first));
      }
      return second.isPresent() && second.getAsInt() < number
          ? this
          : new Least(first, OptionalInt.of(number));
    }
  }

  Partners(ProcessState process) {
    for (FdEntry fd : process.fds()) {
      Least known = least.get(fd.description());
      least.put(
          fd.description(),
          known == null ? new Least(fd.number(), OptionalInt.empty()) : known.and(fd.number()));
    }
  }

  String of(FdEntry fd) {
    Least known = least.get(fd.description());
    if (known.second.isEmpty()) {
      return "not shared";
    }
    return "shared with fd " + (known.first == fd.number() ? known.second.getAsInt() : known.first);
  }
}

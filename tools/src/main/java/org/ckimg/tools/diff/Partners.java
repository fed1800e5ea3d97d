package org.ckimg.tools.diff;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;

/**
 * Where else in its process a descriptor's description is open: at the least of the other numbers.
 * That other processes have it too changes with them, and is told of them.
 */
final class Partners {
  private final Map<Integer, Least> least = new HashMap<>();

  /** The least numbers that a description is open at. */
  private record Least(FdEntry first, Optional<FdEntry> second) {
    Least and(FdEntry fd) {
      if (isLess(fd, first)) {
        return new Least(fd, Optional.of(first));
      }
      return second.isPresent() && isLess(second.get(), fd)
          ? this
          : new Least(first, Optional.of(fd));
    }
  }

  private static boolean isLess(FdEntry a, FdEntry b) {
    return FdEntry.ORDER.compare(a, b) < 0;
  }

  Partners(ProcessState process) {
    for (FdEntry fd : process.fds()) {
      Least known = least.get(fd.description());
      least.put(fd.description(), known == null ? new Least(fd, Optional.empty()) : known.and(fd));
    }
  }

  String of(FdEntry fd) {
    Least known = least.get(fd.description());
    if (known.second.isEmpty()) {
      return "not shared";
    }
    return "shared with " + (known.first.equals(fd) ? known.second.get() : known.first).name();
  }
}

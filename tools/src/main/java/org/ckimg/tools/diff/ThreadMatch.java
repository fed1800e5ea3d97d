package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;

/**
 * Which thread of the second image is which of the first: the leaders, then those with the same
 * tid; where the process got another pid, the others in their order.
 */
final class ThreadMatch {
  /** Two sides of one thread; one of them may be missing. */
  record Pair(Optional<ThreadState> a, Optional<ThreadState> b) {}

  private ThreadMatch() {}

  static List<Pair> of(ProcessState a, ProcessState b) {
    List<Pair> pairs = new ArrayList<>();
    Map<Integer, ThreadState> rest = new TreeMap<>();
    b.threads().stream().skip(1).forEach(thread -> rest.put(thread.tid(), thread));
    boolean moved = a.pid() != b.pid();
    for (ThreadState thread : a.threads()) {
      if (pairs.isEmpty()) {
        pairs.add(new Pair(Optional.of(thread), b.threads().stream().findFirst()));
        continue;
      }
      Optional<ThreadState> same = Optional.ofNullable(rest.get(thread.tid()));
      Optional<ThreadState> other = moved ? rest.values().stream().findFirst() : same;
      Optional<ThreadState> match = same.or(() -> other);
      match.ifPresent(found -> rest.remove(found.tid()));
      pairs.add(new Pair(Optional.of(thread), match));
    }
    rest.values().forEach(thread -> pairs.add(new Pair(Optional.empty(), Optional.of(thread))));
    return pairs;
  }
}

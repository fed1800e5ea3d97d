package org.ckimg.restorer.plan;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;

/**
 * Who has which description.
 *
 * @param numbers the lowest number of a description in each process that has it, by pid, by id
 */
record Holders(Map<Integer, SequencedMap<Integer, Integer>> numbers) {
  static Holders of(Checkpoint checkpoint) {
    Map<Integer, SequencedMap<Integer, Integer>> numbers = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      for (FdEntry fd : process.fds()) {
        numbers
            .computeIfAbsent(fd.description(), id -> new LinkedHashMap<>())
            .putIfAbsent(process.pid(), fd.number());
      }
    }
    return new Holders(numbers);
  }

  /** The first process that has it. */
  int first(int description) {
    return numbers.get(description).firstEntry().getKey();
  }

  /** The number that it has there. */
  int firstNumber(int description) {
    return numbers.get(description).firstEntry().getValue();
  }

  /**
   * Who lets an epoll instance watch: a process that has both, or, where there is none, the first
   * that has the instance.
   */
  int watcher(int epoll, int target) {
    return numbers.get(epoll).keySet().stream()
        .filter(numbers.get(target)::containsKey)
        .findFirst()
        .orElse(first(epoll));
  }
}

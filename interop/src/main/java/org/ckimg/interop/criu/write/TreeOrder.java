package org.ckimg.interop.criu.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;

/** Processes, each behind its parent. */
final class TreeOrder {
  private TreeOrder() {}

  /** Those that descend from the ones whose parent is not there, depth first. */
  static List<ProcessState> of(Checkpoint checkpoint) {
    Map<Integer, List<ProcessState>> children = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      children
          .computeIfAbsent(process.ids().parent().orElse(0), pid -> new ArrayList<>())
          .add(process);
    }
    Deque<ProcessState> next = new ArrayDeque<>(roots(checkpoint));
    List<ProcessState> ordered = new ArrayList<>();
    while (!next.isEmpty()) {
      ProcessState process = next.pop();
      ordered.add(process);
      children.getOrDefault(process.pid(), List.of()).reversed().forEach(next::push);
    }
    return ordered;
  }

  /** Processes whose parent is not there. */
  static List<ProcessState> roots(Checkpoint checkpoint) {
    Set<Integer> pids =
        checkpoint.processes().stream().map(ProcessState::pid).collect(Collectors.toSet());
    return checkpoint.processes().stream()
        .filter(process -> !pids.contains(process.ids().parent().orElse(0)))
        .toList();
  }
}

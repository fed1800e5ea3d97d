package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.decode.References;

/**
 * Which process of the second image is which of the first: by pid and start time, as the kernel
 * tells processes apart; then by pid and program, for one that was restored under its old pid; then
 * by program and parent, for one that got another pid.
 */
final class ProcessMatch {
  /** Stands for every parent that the second image does not have. */
  private static final int OUTSIDE = -1;

  private final Checkpoint a;
  private final Checkpoint b;
  private final Map<ProcessState, ProcessState> matches = new IdentityHashMap<>();
  private final Map<Integer, Integer> pids = new HashMap<>();
  private final Map<Integer, ProcessState> rest = new LinkedHashMap<>();
  private final Set<Integer> pidsOfB;

  /** Two sides of one process; one of them may be missing. */
  record Pair(Optional<ProcessState> a, Optional<ProcessState> b) {}

  private ProcessMatch(Checkpoint a, Checkpoint b) {
    this.a = a;
    this.b = b;
    b.processes().forEach(process -> rest.put(process.pid(), process));
    this.pidsOfB = Set.copyOf(rest.keySet());
  }

  /** Those of the first image by pid, then those that only the second has. */
  static List<Pair> of(Checkpoint a, Checkpoint b) {
    ProcessMatch match = new ProcessMatch(a, b);
    match.matchPids(ProcessMatch::startsAgree);
    match.matchPids(match::programsAgree);
    match.matchPrograms();
    return match.pairs();
  }

  private void matchPids(BiPredicate<ProcessState, ProcessState> same) {
    for (ProcessState process : a.processes()) {
      ProcessState other = rest.get(process.pid());
      if (other != null && !matches.containsKey(process) && same.test(process, other)) {
        join(process, other);
      }
    }
  }

  /** By program and parent: by path where both images know it, else by name. */
  private void matchPrograms() {
    match((checkpoint, process) ->
        program(checkpoint, process).map(path -> new Facts().put("path", path)));
    match((checkpoint, process) ->
        Optional.of(
            new Facts()
                .put("path", program(checkpoint, process))
                .put("name", process.comm().map(Bytes::toString).orElse(""))));
  }

  /** With the first that is left, has the same parent, and agrees. */
  private void match(BiFunction<Checkpoint, ProcessState, Optional<Facts>> features) {
    AgreementIndex<ProcessState> others = new AgreementIndex<>();
    for (ProcessState other : rest.values()) {
      int parent = other.ids().parent().orElse(0);
      features
          .apply(b, other)
          .map(facts -> facts.put("parent", (Object) (pidsOfB.contains(parent) ? parent : OUTSIDE)))
          .ifPresent(facts -> others.add(facts, other));
    }
    for (ProcessState process : a.processes()) {
      if (!matches.containsKey(process)) {
        int parent = pids.getOrDefault(process.ids().parent().orElse(0), OUTSIDE);
        features
            .apply(a, process)
            .flatMap(facts -> others.take(facts.put("parent", (Object) parent)))
            .ifPresent(other -> join(process, other));
      }
    }
  }

  private void join(ProcessState process, ProcessState other) {
    rest.remove(other.pid());
    matches.put(process, other);
    pids.put(process.pid(), other.pid());
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (ProcessState process : a.processes()) {
      pairs.add(new Pair(Optional.of(process), Optional.ofNullable(matches.get(process))));
    }
    rest.values().forEach(process -> pairs.add(new Pair(Optional.empty(), Optional.of(process))));
    return pairs;
  }

  /** A source that does not know when a process started knows its pid all the same. */
  private static boolean startsAgree(ProcessState x, ProcessState y) {
    return x.startNanos().isEmpty()
        || y.startNanos().isEmpty()
        || x.startNanos().equals(y.startNanos());
  }

  private boolean programsAgree(ProcessState x, ProcessState y) {
    Optional<Bytes> before = program(a, x);
    Optional<Bytes> after = program(b, y);
    return before.isPresent() && after.isPresent()
        ? before.equals(after)
        : x.comm().equals(y.comm());
  }

  private static Optional<Bytes> program(Checkpoint checkpoint, ProcessState process) {
    return References.file(checkpoint, process.exe()).map(FileFacts::path);
  }
}

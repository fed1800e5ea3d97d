package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
  private final Checkpoint a;
  private final Checkpoint b;
  private final Map<ProcessState, ProcessState> matches = new IdentityHashMap<>();
  private final Map<Integer, Integer> pids = new HashMap<>();
  private final List<ProcessState> rest;

  /** Two sides of one process; one of them may be missing. */
  record Pair(Optional<ProcessState> a, Optional<ProcessState> b) {}

  private ProcessMatch(Checkpoint a, Checkpoint b) {
    this.a = a;
    this.b = b;
    this.rest = new ArrayList<>(b.processes());
  }

  /** Those of the first image by pid, then those that only the second has. */
  static List<Pair> of(Checkpoint a, Checkpoint b) {
    ProcessMatch match = new ProcessMatch(a, b);
    match.matchAll((x, y) -> x.pid() == y.pid() && startsAgree(x, y));
    match.matchAll((x, y) -> x.pid() == y.pid() && match.programsAgree(x, y));
    match.matchAll((x, y) -> match.programsAgree(x, y) && match.parentsAgree(x, y));
    return match.pairs();
  }

  private void matchAll(BiPredicate<ProcessState, ProcessState> same) {
    for (ProcessState process : a.processes()) {
      if (!matches.containsKey(process)) {
        rest.stream()
            .filter(other -> same.test(process, other))
            .findFirst()
            .ifPresent(other -> join(process, other));
      }
    }
  }

  private void join(ProcessState process, ProcessState other) {
    rest.remove(other);
    matches.put(process, other);
    pids.put(process.pid(), other.pid());
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (ProcessState process : a.processes()) {
      pairs.add(new Pair(Optional.of(process), Optional.ofNullable(matches.get(process))));
    }
    rest.forEach(process -> pairs.add(new Pair(Optional.empty(), Optional.of(process))));
    return pairs;
  }

  /** A source that does not know when a process started knows its pid all the same. */
  private static boolean startsAgree(ProcessState x, ProcessState y) {
    return x.startNanos().isEmpty()
        || y.startNanos().isEmpty()
        || x.startNanos().equals(y.startNanos());
  }

  private boolean programsAgree(ProcessState x, ProcessState y) {
    Optional<Bytes> before = program(a, x.exe());
    Optional<Bytes> after = program(b, y.exe());
    return before.isPresent() && after.isPresent() ? before.equals(after) : name(x).equals(name(y));
  }

  private static Optional<Bytes> program(Checkpoint checkpoint, OptionalInt exe) {
    return References.file(checkpoint, exe).map(FileFacts::path);
  }

  private static Optional<Bytes> name(ProcessState process) {
    return process.threads().isEmpty() ? Optional.empty() : process.leader().comm();
  }

  /** The parents are the same process, or neither image has the parent. */
  private boolean parentsAgree(ProcessState x, ProcessState y) {
    Integer parent = pids.get(x.ids().parent().orElse(0));
    return parent == null
        ? b.processes().stream().noneMatch(p -> p.pid() == y.ids().parent().orElse(0))
        : parent == y.ids().parent().orElse(0);
  }
}

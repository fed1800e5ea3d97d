package org.ckimg.tools.diff;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.ProcessState;

/**
 * A process of both images, or of one.
 *
 * @param a in the first image
 * @param b in the second
 * @param fields that differ
 * @param threads all, the same ones too
 * @param signals that are met in another way
 * @param fds that differ, by number
 * @param vmas that differ, by address
 * @param pages of its mappings
 * @param notCompared names of values that only one of the images knows
 */
public record ProcessDiff(
    Optional<ProcessState> a,
    Optional<ProcessState> b,
    List<FieldDiff> fields,
    List<ThreadDiff> threads,
    List<SignalDiff> signals,
    List<FdDiff> fds,
    List<VmaDiff> vmas,
    PageDiff pages,
    List<String> notCompared) {
  /** Copies the lists. */
  public ProcessDiff {
    fields = List.copyOf(fields);
    threads = List.copyOf(threads);
    signals = List.copyOf(signals);
    fds = List.copyOf(fds);
    vmas = List.copyOf(vmas);
    notCompared = List.copyOf(notCompared);
  }

  /** Of a process that only one image has. */
  static ProcessDiff alone(Optional<ProcessState> a, Optional<ProcessState> b) {
    return new ProcessDiff(
        a, b, List.of(), List.of(), List.of(), List.of(), List.of(), PageDiff.NONE, List.of());
  }

  /** What happened to it. */
  public Change change() {
    if (a.isEmpty()) {
      return Change.ADDED;
    }
    if (b.isEmpty()) {
      return Change.REMOVED;
    }
    boolean same =
        fields.isEmpty()
            && threads.stream().allMatch(thread -> thread.change() == Change.SAME)
            && signals.isEmpty()
            && fds.isEmpty()
            && vmas.isEmpty()
            && pages.ranges().isEmpty();
    return same ? Change.SAME : Change.CHANGED;
  }
}

package org.ckimg.tools.diff;

import java.util.List;
import org.ckimg.tools.input.Subject;

/**
 * What differs between two images.
 *
 * @param a the first
 * @param b the second
 * @param processes of both, or of one: those of the first by pid, then those that only the second
 *     has
 */
public record Diff(Subject a, Subject b, List<ProcessDiff> processes) {
  /** Copies the list. */
  public Diff {
    processes = List.copyOf(processes);
  }

  /** True when no process differs. */
  public boolean same() {
    return processes.stream().allMatch(process -> process.change() == Change.SAME);
  }
}

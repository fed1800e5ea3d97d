package org.ckimg.tools.diff;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.ThreadState;

/**
 * A thread of both images, or of one.
 *
 * @param a in the first image
 * @param b in the second
 * @param registers that differ, in the kernel's order
 * @param fields that differ
 */
public record ThreadDiff(
    Optional<ThreadState> a,
    Optional<ThreadState> b,
    List<RegisterDiff> registers,
    List<FieldDiff> fields) {
  /** Copies the lists. */
  public ThreadDiff {
    registers = List.copyOf(registers);
    fields = List.copyOf(fields);
  }

  /** What happened to it. */
  public Change change() {
    return a.isEmpty()
        ? Change.ADDED
        : b.isEmpty()
            ? Change.REMOVED
            : registers.isEmpty() && fields.isEmpty() ? Change.SAME : Change.CHANGED;
  }
}

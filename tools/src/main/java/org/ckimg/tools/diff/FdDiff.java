package org.ckimg.tools.diff;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.FdEntry;

/**
 * A descriptor that differs.
 *
 * @param change what happened to it
 * @param a in the first image
 * @param b in the second
 * @param fields that differ, of one that is the same thing in both
 */
public record FdDiff(
    Change change, Optional<FdEntry> a, Optional<FdEntry> b, List<FieldDiff> fields) {
  /** Copies the list. */
  public FdDiff {
    fields = List.copyOf(fields);
  }

  /** As it is now, or was. */
  public FdEntry latest() {
    return b.or(() -> a).orElseThrow();
  }
}

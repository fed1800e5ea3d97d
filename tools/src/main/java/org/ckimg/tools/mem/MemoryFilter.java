package org.ckimg.tools.mem;

import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.model.Vma;

/**
 * Which memory is looked at.
 *
 * @param pid of the only process; all when empty
 * @param protection bits that a mapping must have, 0 for any
 * @param kinds of mappings; all when empty
 * @param from lowest page of the address space
 * @param to first page behind
 */
public record MemoryFilter(
    OptionalInt pid, int protection, Set<Vma.Kind> kinds, long from, long to) {
  /** Everything. */
  public static final MemoryFilter ALL =
      new MemoryFilter(OptionalInt.empty(), 0, Set.of(), 0, Long.MAX_VALUE);

  /** Copies the set. */
  public MemoryFilter {
    kinds = Set.copyOf(kinds);
  }

  /** True when the filter asks for properties that only mappings have. */
  boolean asksForMappings() {
    return protection != 0 || !kinds.isEmpty() || from > 0 || to < Long.MAX_VALUE;
  }

  boolean takesProcess(int process) {
    return pid.isEmpty() || pid.getAsInt() == process;
  }

  boolean takes(Vma vma) {
    return (vma.protection() & protection) == protection
        && (kinds.isEmpty() || kinds.contains(vma.kind()))
        && vma.endPage() > from
        && vma.firstPage() < to;
  }
}

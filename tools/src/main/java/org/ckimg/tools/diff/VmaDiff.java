package org.ckimg.tools.diff;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Vma;

/**
 * Consecutive pages of an address space that are mapped in another way.
 *
 * @param change what happened to them
 * @param firstPage first page of the address range
 * @param endPage first page behind it
 * @param a the mapping that they are part of in the first image
 * @param b the mapping that they are part of in the second
 * @param fields of the two mappings that differ
 */
public record VmaDiff(
    Change change,
    long firstPage,
    long endPage,
    Optional<Vma> a,
    Optional<Vma> b,
    List<FieldDiff> fields) {
  /** Copies the list. */
  public VmaDiff {
    fields = List.copyOf(fields);
  }

  /** True when these pages can be executed now and could not be before. */
  public boolean gainsExecute() {
    return isExecutable(b) && !isExecutable(a);
  }

  /** False for a mapping that ends before these pages or starts behind them. */
  private boolean isExecutable(Optional<Vma> vma) {
    return vma.filter(v -> v.firstPage() < endPage && v.endPage() > firstPage)
        .filter(v -> (v.protection() & Vma.EXECUTE) != 0)
        .isPresent();
  }
}

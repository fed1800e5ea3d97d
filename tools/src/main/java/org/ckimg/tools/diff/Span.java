package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Vma;

/**
 * Consecutive pages that lie in one mapping of either image, or in none of it.
 *
 * @param firstPage first page of the address range
 * @param endPage first page behind it
 * @param a the mapping of the first image
 * @param b the mapping of the second; one of both is there
 */
record Span(long firstPage, long endPage, Optional<Vma> a, Optional<Vma> b) {
  /** Cuts two address spaces where a mapping of either starts or ends; by address. */
  static List<Span> of(List<Vma> a, List<Vma> b) {
    List<Span> spans = new ArrayList<>();
    int i = 0;
    int j = 0;
    long page = 0;
    while (i < a.size() || j < b.size()) {
      Optional<Vma> left = i < a.size() ? Optional.of(a.get(i)) : Optional.empty();
      Optional<Vma> right = j < b.size() ? Optional.of(b.get(j)) : Optional.empty();
      long from = Math.max(page, Math.min(first(left), first(right)));
      boolean inLeft = first(left) <= from;
      boolean inRight = first(right) <= from;
      long end =
          Math.min(
              inLeft ? left.orElseThrow().endPage() : first(left),
              inRight ? right.orElseThrow().endPage() : first(right));
      spans.add(new Span(from, end, left.filter(_ -> inLeft), right.filter(_ -> inRight)));
      page = end;
      i += left.isPresent() && left.get().endPage() <= end ? 1 : 0;
      j += right.isPresent() && right.get().endPage() <= end ? 1 : 0;
    }
    return spans;
  }

  private static long first(Optional<Vma> vma) {
    return vma.map(Vma::firstPage).orElse(Long.MAX_VALUE);
  }

  /** True when this comes directly behind {@code other}, with the same mappings. */
  boolean continues(Span other) {
    return firstPage == other.endPage && a.equals(other.a) && b.equals(other.b);
  }

  /** True for pages that are mapped in both images. */
  boolean isCommon() {
    return a.isPresent() && b.isPresent();
  }
}

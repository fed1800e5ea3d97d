package org.ckimg.restorer.space;

import java.util.List;
import java.util.function.Predicate;
import org.ckimg.spec.model.Vma;

/**
 * What the mappings of one sort cover. Where those that touch end is found out once: an image may
 * have a million mappings and ask for a long range a million times.
 */
final class Coverage {
  private final List<Vma> vmas;

  /** For each mapping of the sort the page behind the last one that touches it, for others 0. */
  private final long[] ends;

  Coverage(List<Vma> vmas, Predicate<Vma> wanted) {
    this.vmas = vmas;
    this.ends = new long[vmas.size()];
    for (int i = ends.length - 1; i >= 0; i--) {
      if (wanted.test(vmas.get(i))) {
        boolean touches =
            i + 1 < ends.length && vmas.get(i + 1).firstPage() == vmas.get(i).endPage();
        ends[i] = Math.max(vmas.get(i).endPage(), touches ? ends[i + 1] : 0);
      }
    }
  }

  /** True when all of a range is covered, and at least its first byte. */
  boolean has(long address, long bytes) {
    if (!AddressSpace.isUser(address) || bytes < 0 || bytes > AddressSpace.END - address) {
      return false;
    }
    long page = address >>> AddressSpace.PAGE_SHIFT;
    int first = Vma.firstBehind(vmas, page);
    return first < ends.length
        && vmas.get(first).firstPage() <= page
        && address + bytes <= ends[first] << AddressSpace.PAGE_SHIFT;
  }
}

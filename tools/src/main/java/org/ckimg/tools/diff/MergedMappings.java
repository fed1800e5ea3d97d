package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Vma;

/**
 * Mappings that continue each other, as one: where the kernel cuts an address space into areas, or
 * a core into segments, is no property of the program.
 */
final class MergedMappings {
  private MergedMappings() {}

  /** The same address space, by address. */
  static List<Vma> of(List<Vma> vmas) {
    List<Vma> merged = new ArrayList<>();
    for (Vma vma : vmas) {
      if (!merged.isEmpty() && continues(merged.getLast(), vma)) {
        merged.set(merged.size() - 1, join(merged.getLast(), vma));
      } else {
        merged.add(vma);
      }
    }
    return merged;
  }

  private static boolean continues(Vma first, Vma second) {
    return first.endPage() == second.firstPage()
        && first.kind() == second.kind()
        && first.protection() == second.protection()
        && first.flags().equals(second.flags())
        && first.file().equals(second.file())
        && (first.file().isEmpty() || first.filePage() + first.numPages() == second.filePage())
        && first.name().equals(second.name())
        && objectContinues(first, second);
  }

  /** A private mapping without an object has no page, so that it fits any other. */
  private static boolean objectContinues(Vma first, Vma second) {
    if (first.object().isEmpty() || second.object().isEmpty()) {
      return isByAddress(first) && isByAddress(second);
    }
    return first.object().equals(second.object())
        && first.objectPage() + first.numPages() == second.objectPage();
  }

  private static boolean isByAddress(Vma vma) {
    return vma.object().isEmpty() ? !vma.shared() : vma.objectPage() == vma.firstPage();
  }

  private static Vma join(Vma first, Vma second) {
    boolean own = first.object().isPresent();
    OptionalInt object = own ? first.object() : second.object();
    long objectPage = own ? first.objectPage() : second.objectPage() - first.numPages();
    return new Vma(
        first.kind(),
        first.firstPage(),
        first.numPages() + second.numPages(),
        first.protection(),
        first.flags(),
        object,
        object.isPresent() ? objectPage : 0,
        first.file(),
        first.filePage(),
        Optional.empty(),
        first.name());
  }
}

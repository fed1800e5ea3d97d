package org.ckimg.tools.diff;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;

/**
 * Matches the descriptors of a process by what they are: first those with their old number, then
 * those that have another number. What is left is new, gone, or another thing under an old number.
 */
final class DescriptorComparison {
  private final Partners partnersA;
  private final Partners partnersB;
  private final DescriptorFacts factsA;
  private final DescriptorFacts factsB;
  private final NavigableSet<FdEntry> left = new TreeSet<>(FdEntry.ORDER);
  private final NavigableSet<FdEntry> right = new TreeSet<>(FdEntry.ORDER);
  private final List<FdDiff> differences = new ArrayList<>();

  private DescriptorComparison(
      ProcessState a, DescriptorFacts factsA, ProcessState b, DescriptorFacts factsB) {
    this.partnersA = new Partners(a);
    this.partnersB = new Partners(b);
    this.factsA = factsA;
    this.factsB = factsB;
    left.addAll(a.fds());
    right.addAll(b.fds());
  }

  /**
   * What differs, by number.
   *
   * @param unknown takes names of values that only one of the images knows
   */
  static List<FdDiff> of(
      ProcessState a,
      DescriptorFacts factsA,
      ProcessState b,
      DescriptorFacts factsB,
      Set<String> unknown)
      throws IOException {
    DescriptorComparison comparison = new DescriptorComparison(a, factsA, b, factsB);
    comparison.matchNumbers(unknown);
    comparison.matchMoved(unknown);
    comparison.addRest();
    return comparison.differences.stream()
        .sorted(Comparator.comparing(FdDiff::latest, FdEntry.ORDER))
        .toList();
  }

  private void matchNumbers(Set<String> unknown) throws IOException {
    Iterator<FdEntry> rest = left.iterator();
    while (rest.hasNext()) {
      FdEntry before = rest.next();
      Optional<FdEntry> after = underSameNumber(before);
      if (after.isPresent() && isSameThing(before, after.get())) {
        rest.remove();
        right.remove(after.get());
        compare(before, after.get(), unknown);
      }
    }
  }

  /** In the same table. */
  private Optional<FdEntry> underSameNumber(FdEntry before) {
    FdEntry after = right.ceiling(before);
    boolean same = after != null && FdEntry.ORDER.compare(before, after) == 0;
    return same ? Optional.of(after) : Optional.empty();
  }

  private void matchMoved(Set<String> unknown) throws IOException {
    AgreementIndex<FdEntry> others = new AgreementIndex<>();
    for (FdEntry after : right) {
      others.add(factsB.features(after), after);
    }
    Iterator<FdEntry> rest = left.iterator();
    while (rest.hasNext()) {
      FdEntry before = rest.next();
      Optional<FdEntry> after = others.take(factsA.features(before));
      if (after.isPresent()) {
        rest.remove();
        right.remove(after.get());
        compare(before, after.get(), unknown);
      }
    }
  }

  private boolean isSameThing(FdEntry before, FdEntry after) {
    return Facts.agree(factsA.identity(before), factsB.identity(after));
  }

  private void compare(FdEntry before, FdEntry after, Set<String> unknown) throws IOException {
    List<FieldDiff> fields =
        Facts.differences(factsA.state(partnersA, before), factsB.state(partnersB, after), unknown);
    if (!fields.isEmpty()) {
      differences.add(new FdDiff(Change.CHANGED, Optional.of(before), Optional.of(after), fields));
    }
  }

  private void addRest() {
    for (FdEntry before : left) {
      Optional<FdEntry> after = underSameNumber(before);
      after.ifPresent(right::remove);
      Change change = after.isPresent() ? Change.REPLACED : Change.REMOVED;
      differences.add(new FdDiff(change, Optional.of(before), after, List.of()));
    }
    for (FdEntry after : right) {
      differences.add(new FdDiff(Change.ADDED, Optional.empty(), Optional.of(after), List.of()));
    }
  }
}

package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;

/**
 * Compares two address spaces address by address, so that a mapping which was cut in two, and of
 * which one part got another protection, is one difference.
 */
final class MappingComparison {
  private final MappingFacts factsA;
  private final MappingFacts factsB;
  private final List<Span> spans;
  private final Set<String> unknown;
  private final List<VmaDiff> differences = new ArrayList<>();

  private MappingComparison(
      MappingFacts factsA, MappingFacts factsB, List<Span> spans, Set<String> unknown) {
    this.factsA = factsA;
    this.factsB = factsB;
    this.spans = spans;
    this.unknown = unknown;
  }

  /**
   * What differs, by address.
   *
   * @param spans of both address spaces
   * @param unknown takes names of values that only one of the images knows
   */
  static List<VmaDiff> of(
      MappingFacts factsA, MappingFacts factsB, List<Span> spans, Set<String> unknown) {
    MappingComparison comparison = new MappingComparison(factsA, factsB, spans, unknown);
    for (int i = 0; i < spans.size(); i++) {
      comparison.compare(i);
    }
    return comparison.differences;
  }

  private void compare(int index) {
    Span span = spans.get(index);
    if (span.isCommon()) {
      compareCommon(span);
      return;
    }
    Optional<Span> rest =
        Stream.of(index - 1, index + 1)
            .filter(i -> i >= 0 && i < spans.size())
            .map(spans::get)
            .filter(neighbour -> isRestOf(span, neighbour))
            .findFirst();
    if (rest.isPresent()) {
      add(Change.RESIZED, span, rest.get().a(), rest.get().b(), List.of());
    } else {
      add(
          span.a().isPresent() ? Change.REMOVED : Change.ADDED,
          span,
          span.a(),
          span.b(),
          List.of());
    }
  }

  /** True when the pages belong to a mapping that both images have next to them. */
  private boolean isRestOf(Span span, Span neighbour) {
    boolean touches =
        neighbour.endPage() == span.firstPage() || neighbour.firstPage() == span.endPage();
    boolean sameMapping =
        span.a().isPresent() ? span.a().equals(neighbour.a()) : span.b().equals(neighbour.b());
    return touches
        && sameMapping
        && neighbour.isCommon()
        && fields(neighbour, new LinkedHashSet<>()).isEmpty();
  }

  private void compareCommon(Span span) {
    Vma a = span.a().orElseThrow();
    Vma b = span.b().orElseThrow();
    List<FieldDiff> fields = new ArrayList<>();
    boolean protection = a.protection() != b.protection();
    if (protection) {
      fields.add(
          new FieldDiff(
              "prot", Optional.of(Mappings.protection(a)), Optional.of(Mappings.protection(b))));
    }
    fields.addAll(fields(span, unknown));
    if (!fields.isEmpty()) {
      add(protection ? Change.PROTECTION : Change.CHANGED, span, span.a(), span.b(), fields);
    }
  }

  private List<FieldDiff> fields(Span span, Set<String> onlyOne) {
    Vma a = span.a().orElseThrow();
    Vma b = span.b().orElseThrow();
    Set<String> missing = new LinkedHashSet<>();
    List<FieldDiff> fields =
        Facts.differences(
            factsA.of(a, span.firstPage(), factsB),
            factsB.of(b, span.firstPage(), factsA),
            missing);
    missing.forEach(name -> onlyOne.add("vmas." + name));
    boolean samePart = a.firstPage() == b.firstPage() && a.numPages() == b.numPages();
    if (samePart && a.digest().isPresent() && b.digest().isPresent()) {
      Optional<String> before = a.digest().map(Object::toString);
      Optional<String> after = b.digest().map(Object::toString);
      if (!before.equals(after)) {
        fields.add(new FieldDiff("digest", before, after));
      }
    }
    return fields;
  }

  private void add(
      Change change, Span span, Optional<Vma> a, Optional<Vma> b, List<FieldDiff> fields) {
    differences.add(new VmaDiff(change, span.firstPage(), span.endPage(), a, b, fields));
  }
}

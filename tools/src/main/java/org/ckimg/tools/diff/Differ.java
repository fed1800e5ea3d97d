package org.ckimg.tools.diff;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.input.Subject;

/** Compares two images. */
public final class Differ {
  private final Subject a;
  private final Subject b;
  private final Set<Part> parts;
  private final Holders holdersA;
  private final Holders holdersB;
  private final DescriptorFacts descriptorsA;
  private final DescriptorFacts descriptorsB;
  private final MappingFacts mappingsA;
  private final MappingFacts mappingsB;

  private Differ(Subject a, Subject b, Set<Part> parts) {
    this.a = a;
    this.b = b;
    this.parts = parts;
    holdersA = new Holders(a.checkpoint());
    holdersB = new Holders(b.checkpoint());
    descriptorsA = new DescriptorFacts(a, holdersA);
    descriptorsB = new DescriptorFacts(b, holdersB);
    mappingsA = new MappingFacts(a);
    mappingsB = new MappingFacts(b);
  }

  /**
   * Compares.
   *
   * @param a the first image
   * @param b the second, of a machine with pages of the same size
   * @param parts what to compare
   * @param reading is told which image is read next
   * @param progress takes bytes of memory that were compared
   * @throws org.ckimg.spec.ImageException when a page that must be read is not sound
   */
  public static Diff compare(
      Subject a, Subject b, Set<Part> parts, Consumer<Subject> reading, LongConsumer progress)
      throws IOException {
    return new Differ(a, b, parts).compare(new Pages(a, reading), new Pages(b, reading), progress);
  }

  private Diff compare(Pages pagesA, Pages pagesB, LongConsumer progress) throws IOException {
    List<ProcessDiff> processes = new ArrayList<>();
    int shift = a.checkpoint().host().pageShift();
    try (PageComparison pages =
        new PageComparison(pagesA, mappingsA, pagesB, mappingsB, shift, progress)) {
      for (ProcessMatch.Pair pair : ProcessMatch.of(a.checkpoint(), b.checkpoint())) {
        processes.add(
            pair.a().isPresent() && pair.b().isPresent()
                ? process(pair.a().get(), pair.b().get(), pages)
                : ProcessDiff.alone(pair.a(), pair.b()));
      }
    }
    return new Diff(a, b, processes);
  }

  private ProcessDiff process(ProcessState left, ProcessState right, PageComparison pages)
      throws IOException {
    Set<String> unknown = new LinkedHashSet<>();
    List<FieldDiff> fields =
        new ArrayList<>(
            Facts.differences(
                new ProcessFacts(a, holdersA, left).of(parts),
                new ProcessFacts(b, holdersB, right).of(parts),
                unknown));
    if (parts.contains(Part.TIMERS)) {
      fields.addAll(new TimerComparison(a, b).of(left, right, unknown));
    }
    List<Span> spans = Span.of(MergedMappings.of(left.vmas()), MergedMappings.of(right.vmas()));
    return new ProcessDiff(
        Optional.of(left),
        Optional.of(right),
        fields,
        threads(left, right, unknown),
        parts.contains(Part.SIGNALS) ? signals(left, right, unknown) : List.of(),
        parts.contains(Part.FDS) ? fds(left, right, unknown) : List.of(),
        parts.contains(Part.MAPS)
            ? MappingComparison.of(mappingsA, mappingsB, spans, unknown)
            : List.of(),
        parts.contains(Part.PAGES) ? pages.compare(left, right, spans) : PageDiff.NONE,
        List.copyOf(unknown));
  }

  private List<FdDiff> fds(ProcessState left, ProcessState right, Set<String> unknown)
      throws IOException {
    Set<String> names = new LinkedHashSet<>();
    if (!a.knows(SectionType.FDS) || !b.knows(SectionType.FDS)) {
      unknown.add("fds");
      return List.of();
    }
    List<FdDiff> differences =
        DescriptorComparison.of(left, descriptorsA, right, descriptorsB, names);
    names.forEach(name -> unknown.add("fds." + name));
    return differences;
  }

  private static List<SignalDiff> signals(
      ProcessState left, ProcessState right, Set<String> unknown) {
    if (left.actions().isEmpty() || right.actions().isEmpty()) {
      unknown.add("signals.actions");
      return List.of();
    }
    List<SignalDiff> differences = new ArrayList<>();
    for (SignalAction before : left.actions().get()) {
      right.actions().get().stream()
          .filter(after -> after.number() == before.number() && !after.equals(before))
          .forEach(after -> differences.add(new SignalDiff(before, after)));
    }
    return differences;
  }

  private List<ThreadDiff> threads(ProcessState left, ProcessState right, Set<String> unknown) {
    List<ThreadDiff> threads = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (ThreadMatch.Pair pair : ThreadMatch.of(left, right)) {
      threads.add(
          pair.a().isPresent() && pair.b().isPresent()
              ? thread(pair.a().get(), pair.b().get(), left, names)
              : new ThreadDiff(pair.a(), pair.b(), List.of(), List.of()));
    }
    names.forEach(name -> unknown.add("threads." + name));
    return threads;
  }

  private ThreadDiff thread(
      ThreadState before, ThreadState after, ProcessState process, Set<String> unknown) {
    boolean leader = before == process.leader();
    List<FieldDiff> fields =
        Facts.differences(
            new ThreadFacts(a).of(before, leader, parts),
            new ThreadFacts(b).of(after, leader, parts),
            unknown);
    Host hostA = a.checkpoint().host();
    Host hostB = b.checkpoint().host();
    List<RegisterDiff> registers =
        parts.contains(Part.REGISTERS)
            ? Registers.differences(before, hostA, after, hostB, unknown)
            : List.of();
    return new ThreadDiff(Optional.of(before), Optional.of(after), registers, fields);
  }
}

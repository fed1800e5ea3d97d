package org.ckimg.tools.triage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.Areas;
import org.ckimg.tools.symbols.Symbolizer;

/** Looks at everything in an image that an analyst would look at first. */
public final class Triage {
  private Triage() {}

  /**
   * Does it.
   *
   * @param areas of {@code subject}, all of them
   * @param reveal true to show keys and tokens
   * @param progress takes bytes of memory that were searched for them
   */
  public static TriageReport run(
      Subject subject, Areas areas, boolean reveal, LongConsumer progress) throws IOException {
    List<TriageFinding> findings = new ArrayList<>(Contradictions.of(subject));
    List<String> notes = notes(subject);
    try (Symbolizer symbolizer = Symbolizer.of(subject)) {
      for (ProcessState process : subject.checkpoint().processes()) {
        Scene scene = new Scene(subject, process, symbolizer);
        new MemoryChecks(scene).run();
        new CodeComparison(scene).run();
        new FlowChecks(scene).run();
        new RightsChecks(scene).run();
        new DescriptorChecks(scene).run();
        findings.addAll(scene.findings());
        notes.addAll(scene.notes());
      }
    }
    TriageReport secrets = SecretSearch.run(subject, areas, reveal, progress);
    findings.addAll(secrets.findings());
    notes.addAll(secrets.notes());
    return new TriageReport(findings, notes);
  }

  /** What the source does not know cannot be found in it. */
  private static List<String> notes(Subject subject) {
    List<String> notes = new ArrayList<>();
    note(subject, SectionType.FDS, "descriptors", notes);
    note(subject, SectionType.SIGNALS, "signal actions", notes);
    note(subject, SectionType.VMAS, "mappings", notes);
    List<ProcessState> living =
        subject.checkpoint().processes().stream().filter(p -> !p.hasOnlyEnded()).toList();
    boolean rights =
        living.stream()
            .flatMap(process -> process.threads().stream())
            .allMatch(thread -> thread.credentials().isPresent());
    if (!rights) {
      notes.add("credentials of some threads are not known, and were not looked at");
    }
    boolean actions = living.stream().allMatch(p -> p.actions().isPresent());
    if (!actions && subject.knows(SectionType.SIGNALS)) {
      notes.add("signal actions of some processes are not known, and were not looked at");
    }
    return notes;
  }

  private static void note(Subject subject, SectionType table, String what, List<String> notes) {
    if (!subject.knows(table)) {
      notes.add(what + " are not known, and were not looked at");
    }
  }
}

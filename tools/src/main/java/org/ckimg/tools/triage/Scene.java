package org.ckimg.tools.triage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.symbols.Symbolizer;
import org.ckimg.tools.symbols.Symbols;

/** One process that is looked at, and what was found there. */
final class Scene {
  /** Repeated findings of a rule in a process say no more than the first ones. */
  private static final int MOST_OF_A_RULE = 64;

  private final Subject subject;
  private final ProcessState process;
  private final Symbolizer symbolizer;
  private final Symbols symbols;
  private final Optional<String> compiler;
  private final List<TriageFinding> findings = new ArrayList<>();
  private final Map<TriageRule, Integer> counts = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  Scene(Subject subject, ProcessState process, Symbolizer symbolizer) {
    this.subject = subject;
    this.process = process;
    this.symbolizer = symbolizer;
    this.symbols = symbolizer.symbols(process);
    this.compiler = Compilers.in(subject.checkpoint(), process);
  }

  Subject subject() {
    return subject;
  }

  Checkpoint checkpoint() {
    return subject.checkpoint();
  }

  ProcessState process() {
    return process;
  }

  Symbolizer symbolizer() {
    return symbolizer;
  }

  Symbols symbols() {
    return symbols;
  }

  Mappings mappings() {
    return symbols.memory().mappings();
  }

  /** The file of this process that makes code while it runs. */
  Optional<String> compiler() {
    return compiler;
  }

  Optional<FileFacts> file(Vma vma) {
    return Mappings.file(checkpoint(), vma);
  }

  /** Such as {@code 7f0000000000-7f0000001000 r-x}. */
  String range(Vma vma) {
    int shift = checkpoint().host().pageShift();
    return "%x-%x %s"
        .formatted(Mappings.start(vma, shift), Mappings.end(vma, shift), Mappings.protection(vma));
  }

  /** Adds a finding of the rule's own severity. */
  void add(TriageRule rule, String about, String text, Map<String, String> evidence) {
    add(rule, rule.severity(), about, text, evidence);
  }

  /** Adds a finding. */
  void add(
      TriageRule rule, Severity severity, String about, String text, Map<String, String> evidence) {
    int count = counts.merge(rule, 1, Integer::sum);
    if (count <= MOST_OF_A_RULE) {
      findings.add(
          new TriageFinding(rule, severity, OptionalInt.of(process.pid()), about, text, evidence));
    }
  }

  List<TriageFinding> findings() {
    return findings;
  }

  /** Says what could not be looked at. */
  void note(String text) {
    notes.add("pid %d: %s".formatted(process.pid(), text));
  }

  /** What was not looked at, and what was found and is not listed. */
  List<String> notes() {
    List<String> all = new ArrayList<>(notes.subList(0, Math.min(MOST_OF_A_RULE, notes.size())));
    counts.forEach((rule, count) -> {
      if (count > MOST_OF_A_RULE) {
        all.add(
            "pid %d: %d more findings of %s are not listed"
                .formatted(process.pid(), count - MOST_OF_A_RULE, rule.id()));
      }
    });
    return all;
  }
}

package org.ckimg.tools.triage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.input.Subject;

/** Finds what an image says against itself. */
final class Contradictions {
  private final Subject subject;
  private final Checkpoint checkpoint;
  private final List<TriageFinding> findings = new ArrayList<>();

  private Contradictions(Subject subject) {
    this.subject = subject;
    this.checkpoint = subject.checkpoint();
  }

  /**
   * All of them; of an image that was cut nothing is said, since the rest may lie behind the cut.
   */
  static List<TriageFinding> of(Subject subject) throws IOException {
    Contradictions all = new Contradictions(subject);
    if (subject.image().complete()) {
      for (ProcessState process : subject.checkpoint().processes()) {
        all.mappings(process);
        all.references(process);
      }
      for (MemoryObject object : subject.checkpoint().objects()) {
        all.object(object);
      }
    }
    return all.findings;
  }

  private void add(
      TriageRule rule, OptionalInt pid, String about, String text, Map<String, String> evidence) {
    findings.add(new TriageFinding(rule, rule.severity(), pid, about, text, evidence));
  }

  private void mappings(ProcessState process) {
    int shift = checkpoint.host().pageShift();
    long end = 0;
    for (Vma vma : process.vmas()) {
      if (vma.firstPage() < end) {
        add(
            TriageRule.MAPPINGS_OVERLAP,
            OptionalInt.of(process.pid()),
            "mapping " + Evidence.hex(vma.firstPage() << shift),
            "it starts below %s, where the one before it ends"
                .formatted(Evidence.hex(end << shift)),
            Evidence.of(
                "start",
                Evidence.hex(vma.firstPage() << shift),
                "end",
                Evidence.hex(end << shift)));
      }
      end = Math.max(end, vma.endPage());
    }
  }

  private void references(ProcessState process) {
    OptionalInt pid = OptionalInt.of(process.pid());
    for (FdEntry fd : process.fds()) {
      if (fd.description() < 1 || fd.description() > checkpoint.descriptions().size()) {
        refer(pid, fd.name(), "description " + fd.description());
      }
    }
    int shift = checkpoint.host().pageShift();
    for (Vma vma : process.vmas()) {
      String about = "mapping " + Evidence.hex(vma.firstPage() << shift);
      if (vma.object().orElse(0) > checkpoint.objects().size()) {
        refer(pid, about, "object " + vma.object().getAsInt());
      }
      if (vma.file().orElse(0) > checkpoint.files().size()) {
        refer(pid, about, "file " + vma.file().getAsInt());
      }
    }
  }

  private void refer(OptionalInt pid, String about, String what) {
    add(
        TriageRule.NOTHING_REFERRED,
        pid,
        about,
        "it refers to %s, which is not there".formatted(what),
        Evidence.of("refers", what));
  }

  private void object(MemoryObject object) throws IOException {
    PageRuns pages = checkpoint.memory().pages(object.id());
    long counted = subject.pages().total(object.id()).pages();
    OptionalInt pid =
        object.owner().isPresent() && object.owner().getAsInt() < checkpoint.processes().size()
            ? OptionalInt.of(checkpoint.processes().get(object.owner().getAsInt()).pid())
            : OptionalInt.empty();
    String about = "object " + object.id();
    if (counted != pages.numPages()) {
      add(
          TriageRule.COUNTS_DIFFER,
          pid,
          about,
          "%d pages are counted, %d are there".formatted(counted, pages.numPages()),
          Evidence.of("counted", counted, "there", pages.numPages()));
    }
    if (object.owner().isPresent() && pid.isPresent()) {
      unmapped(object, pages, checkpoint.processes().get(object.owner().getAsInt()));
    }
  }

  /** Pages of a process's own memory that none of its mappings shows. */
  private void unmapped(MemoryObject object, PageRuns pages, ProcessState process) {
    PageRuns.Builder mapped = new PageRuns.Builder();
    long end = 0;
    List<Vma> vmas =
        process.vmas().stream().sorted(Comparator.comparingLong(Vma::objectPage)).toList();
    for (Vma vma : vmas) {
      boolean shows = vma.object().orElse(0) == object.id();
      long from = Math.max(end, vma.objectPage());
      long to = vma.objectPage() + vma.numPages();
      if (shows && to > from) {
        mapped.add(from, to - from);
        end = to;
      }
    }
    PageRuns rest = pages.without(mapped.build());
    if (rest.numPages() > 0) {
      int shift = checkpoint.host().pageShift();
      add(
          TriageRule.PAGES_UNMAPPED,
          OptionalInt.of(process.pid()),
          "object " + object.id(),
          "%d pages of its memory are in no mapping".formatted(rest.numPages()),
          Evidence.of("first", Evidence.hex(rest.first(0) << shift), "pages", rest.numPages()));
    }
  }
}

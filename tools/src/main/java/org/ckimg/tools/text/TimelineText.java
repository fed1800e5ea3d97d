package org.ckimg.tools.text;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.ckimg.spec.model.Origin;
import org.ckimg.tools.diff.Change;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.PageDiff;
import org.ckimg.tools.diff.ProcessDiff;
import org.ckimg.tools.diff.Timeline;
import org.ckimg.tools.input.Subject;

/** Every step of a series, and at the end a line for each. */
public final class TimelineText implements Timeline {
  private final boolean bytes;
  private final Paper paper;
  private final TextTable steps =
      new TextTable(
          ">STEP",
          ">AFTER",
          ">PROCESSES",
          ">FIELDS",
          ">THREADS",
          ">FDS",
          ">MAPPINGS",
          ">CHANGED",
          ">ZEROED",
          ">ADDED",
          ">DROPPED",
          "IMAGE");
  private int number;
  private boolean same = true;

  /** Nothing is printed yet. */
  public TimelineText(boolean bytes, Paper paper) {
    this.bytes = bytes;
    this.paper = paper;
  }

  @Override
  public void add(Diff step) throws IOException {
    number++;
    same &= step.same();
    paper.heading("step " + number);
    DiffText.print(step, bytes, paper);
    paper.gap();
    steps.row(
        number,
        after(step),
        count(step, process -> process.change() == Change.SAME ? 0 : 1),
        count(step, process -> process.fields().size() + process.signals().size()),
        count(
            step,
            process -> process.threads().stream().filter(t -> t.change() != Change.SAME).count()),
        count(step, process -> process.fds().size()),
        count(step, process -> process.vmas().size()),
        pages(step, PageDiff::changed),
        pages(step, PageDiff::zeroed),
        pages(step, PageDiff::added),
        pages(step, PageDiff::dropped),
        step.b().image().name());
  }

  private static String after(Diff step) {
    OptionalLong from = created(step.a());
    OptionalLong to = created(step.b());
    return from.isPresent() && to.isPresent() && to.getAsLong() >= from.getAsLong()
        ? Human.duration(to.getAsLong() - from.getAsLong())
        : Cells.ABSENT;
  }

  private static OptionalLong created(Subject subject) {
    return subject.checkpoint().origin().map(Origin::createdNanos).orElse(OptionalLong.empty());
  }

  private static long count(Diff step, ToLongFunction<ProcessDiff> number) {
    return step.processes().stream().mapToLong(number).sum();
  }

  private static long pages(Diff step, ToLongFunction<PageDiff> number) {
    return step.processes().stream().map(ProcessDiff::pages).mapToLong(number).sum();
  }

  @Override
  public boolean same() {
    return same;
  }

  @Override
  public void close() {
    paper.table(steps);
  }
}

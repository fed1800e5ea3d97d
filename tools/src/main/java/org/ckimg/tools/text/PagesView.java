package org.ckimg.tools.text;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;

/** Objects that are cut into pages, and how their pages are kept. */
final class PagesView implements View.Printer {
  @Override
  public void print(Subject subject, List<ProcessState> processes, Paper paper) throws IOException {
    Checkpoint checkpoint = subject.checkpoint();
    Set<Integer> pids = processes.stream().map(ProcessState::pid).collect(Collectors.toSet());
    TextTable table =
        new TextTable(
            ">OBJECT",
            "KIND",
            ">PID",
            ">LENGTH",
            ">RUNS",
            ">PAGES",
            ">STORED",
            ">REPEATED",
            ">ZERO",
            ">PARENT");
    PageTotals sum = PageTotals.NONE;
    for (MemoryObject object : checkpoint.objects()) {
      if (object.owner().isPresent() && !pids.contains(owner(checkpoint, object))) {
        continue;
      }
      PageRuns runs = checkpoint.memory().pages(object.id());
      PageTotals pages = subject.pages().total(object.id());
      sum = sum.plus(pages);
      table.row(
          object.id(),
          object.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          object.owner().isPresent() ? owner(checkpoint, object) : Cells.ABSENT,
          object.owner().isPresent() ? Cells.ABSENT : Human.bytes(object.length()),
          runs.size(),
          pages.pages(),
          pages.stored(),
          pages.repeated(),
          pages.zero(),
          pages.inherited());
    }
    paper.heading(
        Human.count(sum.pages(), "page") + " of " + Human.bytes(checkpoint.host().pageSize()));
    paper.table(table);
  }

  private static int owner(Checkpoint checkpoint, MemoryObject object) {
    return checkpoint.processes().get(object.owner().getAsInt()).pid();
  }
}

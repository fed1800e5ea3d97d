package org.ckimg.tools.text;

import java.util.List;
import java.util.stream.Collectors;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Row;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;

/** What the image says beside the checkpoint, a line for each row. */
final class AnnexesView implements View.Printer {
  @Override
  public void print(Subject subject, List<ProcessState> processes, Paper paper) {
    List<Annex> annexes = subject.image().annexes();
    for (Annex annex : annexes) {
      if (annex != annexes.getFirst()) {
        paper.gap();
      }
      paper.heading(annex.name());
      annex.rows().forEach(row -> paper.line("  " + line(row)));
    }
    if (annexes.isEmpty()) {
      paper.line("no annexes");
    }
  }

  private static String line(Row row) {
    return row.values().entrySet().stream()
        .map(value -> value.getKey() + " " + value.getValue())
        .collect(Collectors.joining(", "));
  }
}

package org.ckimg.tools.text;

import java.io.IOException;
import java.util.List;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.stacks.Backtrace;
import org.ckimg.tools.stacks.Frame;
import org.ckimg.tools.stacks.Unwinder;
import org.ckimg.tools.symbols.Place;
import org.ckimg.tools.symbols.Symbolizer;

/** Backtraces of all threads. */
final class StacksView implements View.Printer {
  @Override
  public void print(Subject subject, List<ProcessState> processes, Paper paper) throws IOException {
    try (Symbolizer symbolizer = Symbolizer.of(subject)) {
      View.each(SectionType.REGISTERS, (_, process, sheet) -> print(process, symbolizer, sheet))
          .print(subject, processes, paper);
    }
  }

  private static void print(ProcessState process, Symbolizer symbolizer, Paper paper)
      throws IOException {
    Unwinder unwinder = new Unwinder(process, symbolizer.symbols(process));
    for (ThreadState thread : process.threads()) {
      paper.line(" thread " + thread.tid() + thread.comm().map(comm -> " " + comm).orElse(""));
      print(unwinder.backtrace(thread), paper);
    }
  }

  private static void print(Backtrace trace, Paper paper) {
    TextTable table = new TextTable(">#", ">ADDRESS", "BY", "FUNCTION", "IN");
    for (Frame frame : trace.frames()) {
      table.row(
          table.rows(),
          Long.toHexString(frame.address()),
          frame.trust(),
          function(frame),
          frame.place().map(Place::module).orElse("nothing that is mapped"));
    }
    paper.table(table);
    String end =
        switch (trace.end()) {
          case OUTERMOST -> "";
          case LOST -> "who called this cannot be told";
          case DAMAGED -> "the image is damaged where this goes on; 'ckimg check' says more";
          case LIMIT -> "and more: only so many are shown";
          case NO_REGISTERS -> "its registers are not known";
          case OTHER_MACHINE -> "stacks of this machine are not read";
        };
    if (!end.isEmpty()) {
      paper.line("  … " + end);
    }
  }

  private static String function(Frame frame) {
    if (frame.signalFrame()) {
      return "<signal handler returns>";
    }
    return frame
        .place()
        .map(place ->
            place.symbol().map(Bytes::toString).orElse("")
                + "+0x"
                + Long.toHexString(place.offset()))
        .orElse(Cells.ABSENT);
  }
}

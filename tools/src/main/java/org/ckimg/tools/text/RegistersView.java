package org.ckimg.tools.text;

import java.util.Iterator;
import java.util.Map;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.decode.RegisterFile;
import org.ckimg.tools.input.Subject;

/** General registers of each thread, and where those point that are addresses. */
final class RegistersView implements View.ProcessPrinter {
  private static final int COLUMNS = 3;

  @Override
  public void print(Subject subject, ProcessState process, Paper paper) {
    Mappings mappings = new Mappings(subject.checkpoint(), process);
    for (ThreadState thread : process.threads()) {
      paper.line(" thread " + thread.tid() + thread.comm().map(comm -> " " + comm).orElse(""));
      RegisterFile registers = RegisterFile.of(thread, subject.checkpoint().host());
      values(registers, paper);
      sets(thread, registers, paper);
      pointers(registers, mappings, paper);
    }
  }

  private static void values(RegisterFile registers, Paper paper) {
    StringBuilder line = new StringBuilder();
    Iterator<Map.Entry<String, Long>> entries = registers.values().entrySet().iterator();
    for (int i = 1; entries.hasNext(); i++) {
      Map.Entry<String, Long> entry = entries.next();
      line.append("  %-9s%016x".formatted(entry.getKey(), entry.getValue()));
      if (i % COLUMNS == 0 || !entries.hasNext()) {
        paper.line(line.toString());
        line.setLength(0);
      }
    }
    if (registers.mxcsr().isPresent()) {
      paper.line("  %-9s%016x".formatted("mxcsr", registers.mxcsr().getAsInt()));
    }
  }

  /** Sets that are not shown value by value. */
  private static void sets(ThreadState thread, RegisterFile registers, Paper paper) {
    for (Regset set : thread.regsets()) {
      if (registers.values().isEmpty() || set.noteType() != Regset.NT_PRSTATUS) {
        paper.line(
            "  set 0x%x, %s".formatted(set.noteType(), Human.count(set.data().length(), "byte")));
      }
    }
    if (thread.regsets().isEmpty()) {
      paper.line("  no registers");
    }
  }

  private static void pointers(RegisterFile registers, Mappings mappings, Paper paper) {
    TextTable table = new TextTable("POINTER", "INTO");
    registers
        .values()
        .forEach((name, value) -> mappings.place(value).ifPresent(at -> table.row(name, at)));
    paper.table(table);
  }
}

package org.ckimg.tools.text;

import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.decode.SignalInfo;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.SignalFlags;
import org.ckimg.tools.names.SignalNames;

/** Actions that are not the default, blocked and pending signals, alternate stacks. */
final class SignalsView implements View.ProcessPrinter {
  @Override
  public void print(Subject subject, ProcessState process, Paper paper) {
    Host host = subject.checkpoint().host();
    SignalNames names = SignalNames.of(host);
    actions(subject, process, names, paper);
    TextTable pending = new TextTable("PENDING", "FOR", "CODE", ">FROM PID", ">UID");
    process.pending().ifPresent(list -> pending(pending, list, "the process", host, names));
    TextTable masks = new TextTable(">TID", "BLOCKED", "ALTERNATE STACK");
    for (ThreadState thread : process.threads()) {
      thread
          .pending()
          .ifPresent(list -> pending(pending, list, "thread " + thread.tid(), host, names));
      masks.row(
          thread.tid(),
          Cells.of(thread.blocked(), mask -> Cells.list(names.mask(mask))),
          stack(thread));
    }
    paper.table(pending);
    paper.table(masks);
  }

  private static void actions(
      Subject subject, ProcessState process, SignalNames names, Paper paper) {
    if (process.actions().isEmpty()) {
      paper.line("  actions not known");
      return;
    }
    Mappings mappings = new Mappings(subject.checkpoint(), process);
    TextTable table = new TextTable(">NR", "SIGNAL", "ACTION", "FLAGS", "MASK");
    for (SignalAction action : process.actions().get()) {
      if (action.handler() != 0) {
        table.row(
            action.number(),
            names.name(action.number()),
            handler(action, mappings),
            Cells.list(SignalFlags.action(subject.checkpoint().host(), action.flags())),
            Cells.list(names.mask(action.mask())));
      }
    }
    paper.table(table);
    if (table.isEmpty()) {
      paper.line("  every action is the default");
    }
  }

  private static String handler(SignalAction action, Mappings mappings) {
    return action.handler() == 1
        ? "ignore"
        : mappings.place(action.handler()).orElseGet(() -> Human.hex(action.handler()));
  }

  private static void pending(
      TextTable table, List<PendingSignal> signals, String whom, Host host, SignalNames names) {
    for (PendingSignal signal : signals) {
      SignalInfo info = SignalInfo.of(signal, host);
      OptionalInt code = info.code();
      table.row(
          names.name(signal.number()),
          whom,
          code.isPresent() ? SignalFlags.code(code.getAsInt()) : Cells.ABSENT,
          Cells.of(info.pid()),
          Cells.of(info.uid(), Integer::toUnsignedString));
    }
  }

  private static String stack(ThreadState thread) {
    return thread
        .altstack()
        .map(s ->
            (s.flags() & 2) != 0
                ? "none"
                : Human.hex(s.address())
                    + " "
                    + Human.bytes(s.bytes())
                    + (s.flags() == 0 ? "" : " " + String.join(",", SignalFlags.stack(s.flags()))))
        .orElse(Cells.ABSENT);
  }
}

package org.ckimg.tools.text;

import java.util.Locale;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Timer;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalFlags;
import org.ckimg.tools.names.SignalNames;

/** Interval timers and POSIX timers. */
final class TimersView implements View.ProcessPrinter {
  @Override
  public void print(Subject subject, ProcessState process, Paper paper) {
    SignalNames signals = SignalNames.of(subject.checkpoint().host());
    TextTable table = new TextTable("TIMER", "CLOCK", ">EXPIRES IN", ">EVERY", "TELLS", ">OVERRUN");
    for (Timer timer : process.timers()) {
      String expires = timer.valueNanos() == 0 ? "off" : Human.duration(timer.valueNanos());
      String every = timer.intervalNanos() == 0 ? "once" : Human.duration(timer.intervalNanos());
      switch (timer) {
        case Timer.Interval t ->
            table.row(
                t.kind().name().toLowerCase(Locale.ROOT),
                Cells.ABSENT,
                expires,
                every,
                "the process",
                Cells.ABSENT);
        case Timer.Posix t ->
            table.row(
                "posix " + t.id(),
                HostNames.clock(t.clock()),
                expires,
                every,
                told(t, signals),
                Cells.of(t.overrun()));
      }
    }
    paper.table(table);
    if (table.isEmpty()) {
      paper.line("  no timers");
    }
  }

  private static String told(Timer.Posix timer, SignalNames signals) {
    return (timer.tid() == 0 ? "the process" : "thread " + timer.tid())
        + (timer.signal() == 0 ? "" : " by " + signals.name(timer.signal()))
        + ", "
        + SignalFlags.notify(timer.notifyKind())
        + ", value "
        + Human.hex(timer.sigval());
  }
}

package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.Presence;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Timer;

/** TIMERS, by process, kind and id. */
final class TimerEncoder implements TableEncoder {
  private static final int POSIX = 4;
  private static final int MAX_SIGEV = 4;
  private static final int MAX_SIGNAL = 128;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    List<ProcessState> processes = context.checkpoint().processes();
    for (int index = 0; index < processes.size(); index++) {
      for (Timer timer : processes.get(index).timers()) {
        String place = "process " + processes.get(index).pid() + ", " + timer;
        encode(table.begin(place), index, timer);
      }
    }
  }

  private static void encode(TableWriter table, int index, Timer timer) throws IOException {
    switch (timer) {
      case Timer.Interval interval -> encode(table, index, interval);
      case Timer.Posix posix -> encode(table, index, posix);
    }
    table.u8("interval_nanos", timer.intervalNanos()).u8("value_nanos", timer.valueNanos()).end();
  }

  private static void encode(TableWriter table, int index, Timer.Interval timer) {
    int kind = timer.kind().ordinal() + 1;
    table.ascending(index, kind, 0).u4(index).u1("kind", kind, 1, POSIX - 1).zero(35);
  }

  private static void encode(TableWriter table, int index, Timer.Posix timer) {
    OptionalInt overrun = timer.overrun();
    table
        .ascending(index, POSIX, timer.id())
        .u4(index)
        .u1("kind", POSIX, POSIX, POSIX)
        .u1("notify_kind", timer.notifyKind(), 0, MAX_SIGEV)
        .zero(2)
        .u4(new Bits().set(overrun, Presence.Timer.OVERRUN).value())
        .u4("id", timer.id(), 0, Integer.MAX_VALUE)
        .u4(timer.clock())
        .u4("number", timer.signal(), 0, MAX_SIGNAL)
        .u4("tid", timer.tid(), 0, ProcessEncoder.MAX_PID)
        .u4("overrun", overrun.orElse(0), 0, Integer.MAX_VALUE)
        .u8(timer.sigval());
  }
}

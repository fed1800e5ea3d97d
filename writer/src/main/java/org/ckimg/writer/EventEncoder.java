package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;

/** EVENTS, by description. */
final class EventEncoder implements TableEncoder {
  private static final int COUNTER = 1;
  private static final int SIGNAL_SET = 2;
  private static final int ALARM = 3;
  private static final int SEMAPHORE = 1;
  private static final int ABSOLUTE = 2;
  private static final int CANCEL_ON_SET = 4;
  private static final int CLOCK_BYTES = 8;
  private static final int NANOS_BYTES = 16;
  private static final int RESERVED_BYTES = 8;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    for (OpenFile open : context.checkpoint().descriptions()) {
      if (open.state().orElse(null) instanceof FdState.Event event) {
        table.begin("events of description " + open.id());
        encode(table, open, event);
      }
    }
  }

  private static void encode(TableWriter table, OpenFile open, FdState.Event event)
      throws IOException {
    switch (event) {
      case FdState.Counter counter -> {
        start(table, open, FdType.EVENTFD, COUNTER, counter.semaphore() ? SEMAPHORE : 0);
        table.zero(CLOCK_BYTES).u8(counter.value()).zero(NANOS_BYTES + RESERVED_BYTES).end();
      }
      case FdState.SignalSet set -> {
        start(table, open, FdType.SIGNALFD, SIGNAL_SET, 0);
        table.zero(CLOCK_BYTES).u8(set.mask()).zero(NANOS_BYTES + RESERVED_BYTES).end();
      }
      case FdState.Alarm alarm -> {
        int flags = (alarm.absolute() ? ABSOLUTE : 0) | (alarm.cancelOnSet() ? CANCEL_ON_SET : 0);
        start(table, open, FdType.TIMERFD, ALARM, flags);
        table
            .u4(alarm.clock())
            .zero(4)
            .u8(alarm.expirations())
            .u8("value_nanos", alarm.valueNanos())
            .u8("interval_nanos", alarm.intervalNanos())
            .zero(RESERVED_BYTES)
            .end();
      }
      case FdState.WatchList ignored -> require(table, open, FdType.EPOLL, Rule.WCH_02);
    }
  }

  private static void start(TableWriter table, OpenFile open, FdType type, int kind, int flags) {
    require(table, open, type, Rule.EVT_02);
    table
        .ascending(open.id())
        .u4(open.id())
        .u1("kind", kind, COUNTER, ALARM)
        .u1("flags", flags, 0, SEMAPHORE | ABSOLUTE | CANCEL_ON_SET)
        .zero(2);
  }

  private static void require(TableWriter table, OpenFile open, FdType type, Rule rule) {
    table.require(open.type() == type, rule, "the description is no " + type);
  }
}

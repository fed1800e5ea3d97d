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
  private static final int PROCESS = 4;
  private static final int MASTER = 5;
  private static final int SEMAPHORE = 1;
  private static final int ABSOLUTE = 1 << 1;
  private static final int CANCEL_ON_SET = 1 << 2;
  private static final int THREAD = 1 << 3;
  private static final int GONE = 1 << 4;
  private static final int LOCKED = 1 << 5;
  private static final int PACKET_MODE = 1 << 6;
  private static final int MAX_FLAGS = 127;
  private static final int CLOCK_BYTES = 8;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    for (OpenFile open : context.checkpoint().descriptions()) {
      if (open.state().isPresent()) {
        table.begin("state of description " + open.id());
        encode(table, open, open.state().get());
      }
    }
  }

  /** What has tables of its own is left to them. */
  private static void encode(TableWriter table, OpenFile open, FdState state) throws IOException {
    switch (state) {
      case FdState.Counter counter -> {
        start(table, open, FdType.EVENTFD, COUNTER, counter.semaphore() ? SEMAPHORE : 0);
        table.zero(CLOCK_BYTES).u8(counter.value()).end();
      }
      case FdState.SignalSet set -> {
        start(table, open, FdType.SIGNALFD, SIGNAL_SET, 0);
        table.zero(CLOCK_BYTES).u8(set.mask()).end();
      }
      case FdState.Alarm alarm -> encode(table, open, alarm);
      case FdState.ProcessReference process -> encode(table, open, process);
      case FdState.Master master -> encode(table, open, master);
      case FdState.WatchList ignored -> require(table, open, FdType.EPOLL, Rule.WCH_02);
      case FdState.NotifyList ignored -> require(table, open, FdType.INOTIFY, Rule.NTF_02);
      case FdState.Socket socket ->
          require(table, open, FdType.ofSocket(socket.family()), Rule.SCK_02);
    }
  }

  private static void encode(TableWriter table, OpenFile open, FdState.Alarm alarm)
      throws IOException {
    int flags = (alarm.absolute() ? ABSOLUTE : 0) | (alarm.cancelOnSet() ? CANCEL_ON_SET : 0);
    start(table, open, FdType.TIMERFD, ALARM, flags);
    table
        .u4(alarm.clock())
        .zero(4)
        .u8(alarm.expirations())
        .u8("value_nanos", alarm.valueNanos())
        .u8("interval_nanos", alarm.intervalNanos())
        .end();
  }

  private static void encode(TableWriter table, OpenFile open, FdState.ProcessReference process)
      throws IOException {
    boolean gone = process.pid().isEmpty();
    start(table, open, FdType.PIDFD, PROCESS, (process.thread() ? THREAD : 0) | (gone ? GONE : 0));
    table
        .zero(CLOCK_BYTES)
        .u8("pid", process.pid().orElse(0), gone ? 0 : 1, ProcessEncoder.MAX_PID)
        .end();
  }

  private static void encode(TableWriter table, OpenFile open, FdState.Master master)
      throws IOException {
    int flags = (master.locked() ? LOCKED : 0) | (master.packetMode() ? PACKET_MODE : 0);
    start(table, open, FdType.TTY, MASTER, flags);
    table.zero(CLOCK_BYTES).u8("index", master.index()).end();
  }

  private static void start(TableWriter table, OpenFile open, FdType type, int kind, int flags) {
    require(table, open, type, Rule.EVT_02);
    table
        .ascending(open.id())
        .u4(open.id())
        .u1("kind", kind, COUNTER, MASTER)
        .u1("flags", flags, 0, MAX_FLAGS)
        .zero(2);
  }

  private static void require(TableWriter table, OpenFile open, FdType type, Rule rule) {
    table.require(open.type() == type, rule, "the description is no " + type);
  }
}

package org.ckimg.linux.proc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lines of fdinfo that tell of events; each kind of descriptor has its own. */
final class EventLines {
  private static final long NANOS = 1_000_000_000L;

  private final List<FdEvents.Watch> watches = new ArrayList<>();
  private Optional<FdEvents> events = Optional.empty();

  /** Takes the line where the cursor stands, if it is one of these. */
  void accept(Cursor cursor) {
    if (cursor.accept("eventfd-count:")) {
      events = Optional.of(new FdEvents.Counter(cursor.number(16), false));
    } else if (cursor.accept("eventfd-semaphore:")) {
      setSemaphore(cursor.number(10) != 0);
    } else if (cursor.accept("sigmask:")) {
      events = Optional.of(new FdEvents.SignalSet(cursor.number(16)));
    } else if (cursor.accept("clockid:")) {
      events = Optional.of(alarm(cursor));
    } else if (cursor.accept("Pid:")) {
      events = Optional.of(new FdEvents.ProcessReference((int) cursor.number(10)));
    } else if (cursor.accept("tfd:")) {
      watches.add(watch(cursor));
    }
  }

  private void setSemaphore(boolean semaphore) {
    if (events.orElse(null) instanceof FdEvents.Counter counter) {
      events = Optional.of(new FdEvents.Counter(counter.value(), semaphore));
    }
  }

  /** Five lines that always come together. */
  private static FdEvents alarm(Cursor cursor) {
    int clock = (int) cursor.number(10);
    cursor.nextLine();
    cursor.accept("ticks:");
    long expirations = cursor.number(10);
    cursor.nextLine();
    cursor.accept("settime flags:");
    int flags = (int) cursor.number(8);
    cursor.nextLine();
    cursor.accept("it_value:");
    long value = time(cursor);
    cursor.nextLine();
    cursor.accept("it_interval:");
    return new FdEvents.Alarm(clock, expirations, flags, value, time(cursor));
  }

  /** {@code (seconds, nanoseconds)}. */
  private static long time(Cursor cursor) {
    cursor.until('(');
    long seconds = cursor.number(10);
    cursor.until(',');
    return seconds * NANOS + cursor.number(10);
  }

  /** {@code 5 events: 19 data: 5 pos:0 ino:40f sdev:e}. */
  private static FdEvents.Watch watch(Cursor cursor) {
    int number = (int) cursor.number(10);
    cursor.until(':');
    int bits = (int) cursor.number(16);
    cursor.until(':');
    return new FdEvents.Watch(number, bits, cursor.number(16));
  }

  Optional<FdEvents> events() {
    return watches.isEmpty() ? events : Optional.of(new FdEvents.WatchList(watches));
  }
}

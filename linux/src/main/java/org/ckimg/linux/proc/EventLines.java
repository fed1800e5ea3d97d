package org.ckimg.linux.proc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls.FileHandle;

/** The lines of fdinfo that tell of events; each kind of descriptor has its own. */
final class EventLines {
  private static final long NANOS = 1_000_000_000L;
  private static final int MINOR_BITS = 20;

  private final List<FdEvents.Watch> watches = new ArrayList<>();
  private final List<FdEvents.Notify> notices = new ArrayList<>();
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
    } else if (cursor.accept("inotify wd:")) {
      notices.add(notice(cursor));
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

  /**
   * {@code 1 ino:61af sdev:7 mask:200 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:…}.
   */
  private static FdEvents.Notify notice(Cursor cursor) {
    int number = (int) cursor.number(10);
    cursor.until(':');
    long inode = cursor.number(16);
    cursor.until(':');
    long device = cursor.number(16);
    cursor.until(':');
    int mask = (int) cursor.number(16);
    cursor.until(' ');
    return new FdEvents.Notify(
        number,
        new InodePaths.Inode(device >>> MINOR_BITS << 32 | device & (1 << MINOR_BITS) - 1, inode),
        mask,
        handle(cursor));
  }

  private static Optional<FileHandle> handle(Cursor cursor) {
    cursor.until(' ');
    if (!cursor.accept("fhandle-bytes:")) {
      return Optional.empty();
    }
    cursor.until(':');
    int type = (int) cursor.number(16);
    cursor.until(':');
    return Optional.of(
        new FileHandle(
            type,
            HexFormat.of().parseHex(new String(cursor.until(' '), StandardCharsets.US_ASCII))));
  }

  Optional<FdEvents> events() {
    if (!notices.isEmpty()) {
      return Optional.of(new FdEvents.NotifyList(notices));
    }
    return watches.isEmpty() ? events : Optional.of(new FdEvents.WatchList(watches));
  }
}

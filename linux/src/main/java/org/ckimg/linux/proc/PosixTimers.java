package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** /proc/PID/timers. */
public final class PosixTimers {
  private static final int SIGEV_SIGNAL = 0;
  private static final int SIGEV_NONE = 1;
  private static final int SIGEV_THREAD = 2;
  private static final int SIGEV_THREAD_ID = 4;

  private PosixTimers() {}

  /** The timers of a process, by id. */
  public static List<PosixTimer> read(int pid) throws IOException {
    return parse(ProcFile.bytes(pid, "timers"));
  }

  static List<PosixTimer> parse(byte[] text) {
    List<PosixTimer> timers = new ArrayList<>();
    Cursor cursor = new Cursor(text);
    while (cursor.hasMore()) {
      if (cursor.accept("ID:")) {
        timers.add(timer(cursor));
      } else {
        cursor.nextLine();
      }
    }
    timers.sort(Comparator.comparingInt(PosixTimer::id));
    return timers;
  }

  private static PosixTimer timer(Cursor cursor) {
    int id = (int) cursor.number(10);
    cursor.nextLine();
    cursor.accept("signal:");
    int signal = (int) cursor.number(10);
    cursor.skip(1);
    long sigval = cursor.number(16);
    cursor.nextLine();
    cursor.accept("notify:");
    cursor.skipBlanks();
    String kind = new String(cursor.until('/'), java.nio.charset.StandardCharsets.ISO_8859_1);
    boolean thread = cursor.accept("tid.");
    if (!thread) {
      cursor.accept("pid.");
    }
    int target = (int) cursor.number(10);
    cursor.nextLine();
    cursor.accept("ClockID:");
    int clock = (int) cursor.number(10);
    cursor.nextLine();
    return new PosixTimer(id, signal, sigval, notify(kind, thread), target, thread, clock);
  }

  private static int notify(String kind, boolean thread) {
    int base =
        switch (kind) {
          case "none" -> SIGEV_NONE;
          case "thread" -> SIGEV_THREAD;
          default -> SIGEV_SIGNAL;
        };
    return thread ? base | SIGEV_THREAD_ID : base;
  }
}

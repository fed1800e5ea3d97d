package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.proc.FdInfo.Lock;

/** /proc/locks, proc_locks(5): every lock that somebody holds. */
public final class FileLocks {
  private FileLocks() {}

  /** Those that are held; whoever waits for one has none yet. */
  public static List<Lock> read() throws IOException {
    return parse(ProcFile.read("/proc/locks"));
  }

  static List<Lock> parse(byte[] text) {
    List<Lock> locks = new ArrayList<>();
    Cursor cursor = new Cursor(text);
    while (cursor.hasMore()) {
      cursor.word();
      cursor.skipBlanks();
      if (!cursor.accept("->")) {
        locks.add(held(cursor));
      }
      cursor.nextLine();
    }
    return locks;
  }

  /** {@code 1: POSIX ADVISORY WRITE 88144 fe:00:2237547 0 EOF}. */
  static Lock lock(Cursor cursor) {
    cursor.word();
    return held(cursor);
  }

  private static Lock held(Cursor cursor) {
    Lock.Kind kind =
        switch (cursor.word()) {
          case "POSIX" -> Lock.Kind.POSIX;
          case "OFDLCK" -> Lock.Kind.OFD;
          case "FLOCK" -> Lock.Kind.FLOCK;
          default -> Lock.Kind.LEASE;
        };
    cursor.word();
    boolean exclusive = cursor.word().equals("WRITE");
    int pid = (int) cursor.number(10);
    long major = cursor.number(16);
    cursor.skip(1);
    long minor = cursor.number(16);
    cursor.skip(1);
    long inode = cursor.number(10);
    long start = cursor.number(10);
    String end = cursor.word();
    return new Lock(
        kind,
        exclusive,
        pid,
        major << 32 | minor,
        inode,
        start,
        end.equals("EOF") ? -1 : Long.parseLong(end));
  }
}

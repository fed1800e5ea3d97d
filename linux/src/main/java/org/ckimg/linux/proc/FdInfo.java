package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * /proc/PID/fdinfo/FD, proc_pid_fdinfo(5).
 *
 * @param position file offset
 * @param flags access mode and status flags; O_CLOEXEC of this descriptor among them
 * @param mountId of mountinfo
 * @param locks held on the file through this descriptor
 * @param events of an event descriptor; an epoll instance that watches nothing shows none
 * @param passedDescriptors how many wait in the queue of a Unix socket
 */
public record FdInfo(
    long position,
    int flags,
    int mountId,
    List<Lock> locks,
    Optional<FdEvents> events,
    int passedDescriptors) {
  /**
   * A held lock.
   *
   * @param pid who took it
   * @param device major &lt;&lt; 32 | minor
   * @param start first byte
   * @param end last byte, -1 for the end of the file
   */
  public record Lock(
      Kind kind, boolean exclusive, int pid, long device, long inode, long start, long end) {
    /** Kinds of locks. */
    public enum Kind {
      POSIX,
      OFD,
      FLOCK,
      LEASE
    }
  }

  /** Reads it. */
  public static FdInfo read(int pid, int fd) throws IOException {
    return parse(ProcFile.bytes(pid, "fdinfo/" + fd));
  }

  static FdInfo parse(byte[] text) {
    long position = 0;
    int flags = 0;
    int mount = 0;
    int passed = 0;
    List<Lock> locks = new ArrayList<>();
    EventLines events = new EventLines();
    Cursor cursor = new Cursor(text);
    while (cursor.hasMore()) {
      if (cursor.accept("pos:")) {
        position = cursor.number(10);
      } else if (cursor.accept("flags:")) {
        flags = (int) cursor.number(8);
      } else if (cursor.accept("mnt_id:")) {
        mount = (int) cursor.number(10);
      } else if (cursor.accept("lock:")) {
        locks.add(FileLocks.lock(cursor));
      } else if (cursor.accept("scm_fds:")) {
        passed = (int) cursor.number(10);
      } else {
        events.accept(cursor);
      }
      cursor.nextLine();
    }
    return new FdInfo(position, flags, mount, List.copyOf(locks), events.events(), passed);
  }
}

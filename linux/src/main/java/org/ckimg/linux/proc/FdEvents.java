package org.ckimg.linux.proc;

import java.util.List;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls.FileHandle;

/** What /proc/PID/fdinfo/FD says of descriptors that have events, proc_pid_fdinfo(5). */
public sealed interface FdEvents {
  /**
   * eventfd(2).
   *
   * @param value unsigned
   */
  record Counter(long value, boolean semaphore) implements FdEvents {}

  /**
   * signalfd(2).
   *
   * @param mask bit n is signal n + 1
   */
  record SignalSet(long mask) implements FdEvents {}

  /**
   * timerfd_create(2); times are nanoseconds.
   *
   * @param clock CLOCK_ number
   * @param expirations not read yet
   * @param flags TFD_TIMER_ bits of the last timerfd_settime(2)
   * @param valueNanos time left
   */
  record Alarm(int clock, long expirations, int flags, long valueNanos, long intervalNanos)
      implements FdEvents {}

  /**
   * pidfd_open(2).
   *
   * @param pid of the process as the reader sees it, below 1 when it has ended or is not seen
   */
  record ProcessReference(int pid) implements FdEvents {}

  /** epoll_create(2). */
  record WatchList(List<Watch> watches) implements FdEvents {
    /** Copies the list. */
    public WatchList {
      watches = List.copyOf(watches);
    }
  }

  /**
   * One entry of an epoll instance.
   *
   * @param number of the descriptor when it was added
   * @param events EPOLL bits
   */
  record Watch(int number, int events, long data) {}

  /** inotify_init(2). */
  record NotifyList(List<Notify> watches) implements FdEvents {
    /** Copies the list. */
    public NotifyList {
      watches = List.copyOf(watches);
    }
  }

  /**
   * One watch of an inotify instance.
   *
   * @param number watch descriptor
   * @param mask IN_ bits that are waited for, IN_EXCL_UNLINK and IN_ONESHOT
   * @param handle of the file, where its file system has such
   */
  record Notify(int number, InodePaths.Inode file, int mask, Optional<FileHandle> handle) {}
}

package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.proc.FdEvents;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.linux.proc.TimeOffsets;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;

/** What eventfds, signalfds, timerfds, pidfds and epoll instances hold. */
final class EventCollector {
  private static final int TFD_TIMER_ABSTIME = 1;
  private static final int TFD_TIMER_CANCEL_ON_SET = 2;
  private static final int ROUNDS = 8;

  /** In the flags of a pidfd, {@code linux/pidfd.h}. */
  static final int PIDFD_THREAD = 0200;

  private final int pid;
  private final int pidfd;

  EventCollector(int pid, int pidfd) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  /** All but the watches of an epoll instance, which need every descriptor to be known. */
  Optional<FdState> read(int fd, FdType type) throws IOException {
    return switch (type) {
      case EVENTFD, SIGNALFD, TIMERFD, PIDFD -> state(fd, FdInfo.read(pid, fd));
      case EPOLL -> Optional.of(new FdState.WatchList(List.of()));
      default -> Optional.empty();
    };
  }

  private Optional<FdState> state(int fd, FdInfo info) throws IOException {
    return switch (info.events().orElse(null)) {
      case FdEvents.Counter c -> Optional.of(new FdState.Counter(c.value(), c.semaphore()));
      case FdEvents.SignalSet s -> Optional.of(new FdState.SignalSet(s.mask()));
      case FdEvents.Alarm a -> Optional.of(alarm(fd, a));
      case FdEvents.ProcessReference p ->
          Optional.of(
              new FdState.ProcessReference(
                  p.pid() > 0 ? OptionalInt.of(p.pid()) : OptionalInt.empty(),
                  (info.flags() & PIDFD_THREAD) != 0));
      case FdEvents.WatchList _, FdEvents.NotifyList _ -> Optional.empty();
      case null -> Optional.empty();
    };
  }

  private FdState alarm(int fd, FdEvents.Alarm alarm) throws IOException {
    boolean absolute = (alarm.flags() & TFD_TIMER_ABSTIME) != 0;
    long shift = absolute ? shift(alarm.clock()) : 0;
    int copy = ProcessCalls.getFd(pidfd, fd);
    try {
      long left = ProcessCalls.timerNanosLeft(copy);
      // A periodic timer that nobody reads stands still until it is asked; now fdinfo is right.
      if (!(FdInfo.read(pid, fd).events().orElse(null) instanceof FdEvents.Alarm now)) {
        throw new SyscallException("timerfd_gettime", Errno.EBADF, "fd " + fd);
      }
      absolute &= left != 0;
      return new FdState.Alarm(
          alarm.clock(),
          absolute,
          (alarm.flags() & TFD_TIMER_CANCEL_ON_SET) != 0,
          now.expirations(),
          absolute ? deadline(copy, alarm.clock()) + shift : left,
          alarm.intervalNanos());
    } finally {
      FileCalls.close(copy);
    }
  }

  /** The kernel tells the time left. Late by the time between two calls, at the best of a few. */
  private static long deadline(int copy, int clock) throws IOException {
    long deadline = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long left = ProcessCalls.timerNanosLeft(copy);
      deadline = Math.min(deadline, left + ProcessCalls.clockNanos(clock));
    }
    return deadline;
  }

  /** What the program's clock is ahead of ours, time_namespaces(7). */
  private long shift(int clock) throws IOException {
    TimeOffsets own = TimeOffsets.read((int) ProcessHandle.current().pid());
    TimeOffsets theirs = TimeOffsets.read(pid);
    return switch (clock) {
      case ProcessCalls.CLOCK_MONOTONIC -> theirs.monotonic() - own.monotonic();
      case ProcessCalls.CLOCK_BOOTTIME, ProcessCalls.CLOCK_BOOTTIME_ALARM ->
          theirs.boottime() - own.boottime();
      default -> 0;
    };
  }
}

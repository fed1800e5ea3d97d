package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;

/**
 * Makes eventfds, signalfds, timerfds, pidfds, inotify and epoll instances, and lets them go on.
 */
final class EventSteps {
  private static final int EFD_SEMAPHORE = 1;
  private static final int SIGSET_BYTES = 8;
  private static final int TFD_TIMER_ABSTIME = 1;
  private static final int TFD_TIMER_CANCEL_ON_SET = 2;
  private static final int TFD_IOC_SET_TICKS = 0x40085400;
  private static final int INOTIFY_IOC_SETNEXTWD = 0x40044900;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_EVENT_BYTES = 12;
  private static final int EPOLLERR_HUP = 0x18;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final long NANOS = 1_000_000_000;

  private final Construction construction;
  private final Numbers numbers;

  EventSteps(Construction construction) {
    this.construction = construction;
    this.numbers = new Numbers(construction);
  }

  /** Makes one under a number above all that the program has. */
  int open(OpenFile description, FdState.Event event) throws IOException {
    int flags = description.flags() & FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC;
    int fd =
        switch (event) {
          case FdState.Counter counter -> open(counter, flags);
          case FdState.SignalSet set ->
              make("signalfd4", Sys.SIGNALFD4, -1, word(set.mask()), SIGSET_BYTES, flags);
          case FdState.Alarm alarm ->
              make("timerfd_create", Sys.TIMERFD_CREATE, alarm.clock(), flags);
          case FdState.ProcessReference reference ->
              new References(construction)
                  .open(reference, description.flags() & FileCalls.O_NONBLOCK);
          case FdState.NotifyList ignored -> make("inotify_init1", Sys.INOTIFY_INIT1, flags);
          case FdState.WatchList ignored ->
              make("epoll_create1", Sys.EPOLL_CREATE1, FileCalls.O_CLOEXEC);
        };
    return numbers.moveUp(fd);
  }

  void open(Step.OpenDescription step, FdState.Event event) throws IOException {
    int fd = open(step.description(), event);
    numbers.give(fd, step.fds());
    construction.call(Sys.CLOSE, fd);
  }

  private int make(String name, int number, long... arguments) throws IOException {
    return (int) construction.check(name, "", number, arguments);
  }

  private long word(long value) throws IOException {
    return construction
        .workbench()
        .put(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  private int open(FdState.Counter counter, int flags) throws IOException {
    int fd = make("eventfd2", Sys.EVENTFD2, 0, flags | (counter.semaphore() ? EFD_SEMAPHORE : 0));
    if (counter.value() != 0) {
      construction.check("write", "eventfd", Sys.WRITE, fd, word(counter.value()), Long.BYTES);
    }
    return fd;
  }

  /** Watches again, when every descriptor of the processes is there. */
  void watch(Step.WatchDescriptors step) throws IOException {
    for (FdState.Watch watch : step.list().watches()) {
      int target = watch.target().orElseThrow();
      Optional<FdEntry> there =
          construction.image().fds().stream()
              .filter(fd -> fd.number() == watch.number())
              .findFirst();
      if (there.isPresent() && there.get().description() == target) {
        add(step.fd(), watch);
      } else {
        addUnderOldNumber(step.fd(), watch, numberOf(target), there);
      }
    }
  }

  private int numberOf(int description) {
    return construction.image().fds().stream()
        .filter(fd -> fd.description() == description)
        .map(FdEntry::number)
        .findFirst()
        .orElseGet(() -> construction.received().get(description));
  }

  /** An entry keeps the number that it was added with, which now is closed or another's. */
  private void addUnderOldNumber(
      int epoll, FdState.Watch watch, int target, Optional<FdEntry> there) throws IOException {
    int number = watch.number();
    int kept = -1;
    if (there.isPresent()) {
      int above = construction.inheritance().firstNumber();
      kept = make("fcntl", Sys.FCNTL, number, F_DUPFD_CLOEXEC, above);
    }
    make("dup3", Sys.DUP3, target, number, FileCalls.O_CLOEXEC);
    add(epoll, watch);
    if (there.isPresent()) {
      numbers.give(kept, List.of(there.get()));
      construction.call(Sys.CLOSE, kept);
    } else {
      construction.call(Sys.CLOSE, number);
    }
  }

  private void add(int epoll, FdState.Watch watch) throws IOException {
    ByteBuffer event = ByteBuffer.allocate(EPOLL_EVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    event.putInt(watch.events()).putLong(watch.data());
    long result =
        construction.call(
            Sys.EPOLL_CTL,
            epoll,
            EPOLL_CTL_ADD,
            watch.number(),
            construction.workbench().put(event.array()));
    String what = "epoll fd %d, watch of fd %d".formatted(epoll, watch.number());
    if (result == -Errno.EPERM) {
      construction.note(what + ": what stands there now has no events");
      return;
    }
    Syscalls.check("epoll_ctl", result, "restored process: " + what);
    if ((watch.events() & EPOLLERR_HUP) == 0) {
      construction.note(
          what + ": had told its one event; it may now tell of an error or a hang-up");
    }
  }

  /**
   * Watches the very files that were audited, each under its old number. Numbers that had been
   * given up before the dump and were higher than all of these may be given again.
   */
  void watch(Step.WatchFiles step) throws IOException {
    for (FdState.Notify watch : step.list().watches()) {
      String what =
          "inotify fd %d, watch of %s"
              .formatted(step.fd(), construction.checkpoint().file(watch.file()).path());
      construction.check(
          "ioctl(INOTIFY_IOC_SETNEXTWD)",
          what,
          Sys.IOCTL,
          step.fd(),
          INOTIFY_IOC_SETNEXTWD,
          watch.number());
      int source = construction.inheritance().file(watch.file());
      long number =
          construction.check(
              "inotify_add_watch",
              what,
              Sys.INOTIFY_ADD_WATCH,
              step.fd(),
              RemoteFiles.link(construction, source),
              watch.mask());
      if (number != watch.number()) {
        throw new IOException("%s: has number %d, had %d".formatted(what, number, watch.number()));
      }
    }
  }

  /** Arms a timer; last, so that the time that it had left begins when the program runs. */
  void arm(Step.ArmDescriptor step) throws IOException {
    FdState.Alarm alarm = step.alarm();
    boolean overdue =
        alarm.valueNanos() == 0 && alarm.intervalNanos() != 0 && alarm.expirations() == 0;
    long value = overdue ? 1 : alarm.valueNanos();
    String what = "timer fd " + step.fd();
    if (value != 0) {
      int flags =
          (alarm.absolute() ? TFD_TIMER_ABSTIME : 0)
              | (alarm.cancelOnSet() ? TFD_TIMER_CANCEL_ON_SET : 0);
      ByteBuffer setting = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
      setting.putLong(alarm.intervalNanos() / NANOS).putLong(alarm.intervalNanos() % NANOS);
      setting.putLong(value / NANOS).putLong(value % NANOS);
      construction.check(
          "timerfd_settime",
          what,
          Sys.TIMERFD_SETTIME,
          step.fd(),
          flags,
          construction.workbench().put(setting.array()),
          0);
    }
    if (alarm.expirations() != 0) {
      setExpirations(step.fd(), alarm.expirations(), what);
    }
  }

  private void setExpirations(int fd, long expirations, String what) throws IOException {
    long value = word(expirations);
    construction.check("ioctl(TFD_IOC_SET_TICKS)", what, Sys.IOCTL, fd, TFD_IOC_SET_TICKS, value);
  }
}

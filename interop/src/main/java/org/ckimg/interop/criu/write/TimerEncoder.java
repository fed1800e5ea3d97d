package org.ckimg.interop.criu.write;

import java.util.List;
import org.ckimg.interop.criu.proto.IntervalTimer;
import org.ckimg.interop.criu.proto.PosixTimer;
import org.ckimg.interop.criu.proto.TaskTimers;
import org.ckimg.spec.model.Timer;

/** Timers of a process. */
final class TimerEncoder {
  static final long SECOND = 1_000_000_000;
  private static final long MICRO = 1_000;

  private TimerEncoder() {}

  static TaskTimers encode(List<Timer> timers) {
    TaskTimers.Builder task =
        TaskTimers.newBuilder()
            .setReal(interval(timers, Timer.Kind.REAL))
            .setVirt(interval(timers, Timer.Kind.VIRTUAL))
            .setProf(interval(timers, Timer.Kind.PROF));
    for (Timer timer : timers) {
      if (timer instanceof Timer.Posix posix) {
        task.addPosix(posix(posix));
      }
    }
    return task.build();
  }

  /** One that is armed has a microsecond left at least: none would be one that is not. */
  private static IntervalTimer interval(List<Timer> timers, Timer.Kind kind) {
    Timer.Interval timer =
        timers.stream()
            .filter(t -> t instanceof Timer.Interval i && i.kind() == kind)
            .map(Timer.Interval.class::cast)
            .findFirst()
            .orElse(new Timer.Interval(kind, 0, 0));
    long value = (timer.valueNanos() + MICRO - 1) / MICRO;
    long interval = timer.intervalNanos() / MICRO;
    long perSecond = SECOND / MICRO;
    return IntervalTimer.newBuilder()
        .setIsec(interval / perSecond)
        .setIusec(interval % perSecond)
        .setVsec(value / perSecond)
        .setVusec(value % perSecond)
        .build();
  }

  private static PosixTimer posix(Timer.Posix timer) {
    PosixTimer.Builder entry =
        PosixTimer.newBuilder()
            .setId(timer.id())
            .setClock(timer.clock())
            .setSigno(timer.signal())
            .setNotify(timer.notifyKind())
            .setSival(timer.sigval())
            .setOverrun(timer.overrun().orElseThrow())
            .setIsec(timer.intervalNanos() / SECOND)
            .setInsec(timer.intervalNanos() % SECOND)
            .setVsec(timer.valueNanos() / SECOND)
            .setVnsec(timer.valueNanos() % SECOND);
    if (timer.tid() != 0) {
      entry.setNotifyTid(timer.tid());
    }
    return entry.build();
  }
}

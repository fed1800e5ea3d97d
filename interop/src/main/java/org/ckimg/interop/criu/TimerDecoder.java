package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.interop.criu.proto.IntervalTimer;
import org.ckimg.interop.criu.proto.PosixTimer;
import org.ckimg.interop.criu.proto.TaskTimers;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Timer;

/** Timers of a process. Images keep time left, not points in time. */
final class TimerDecoder {
  private static final long SECOND = 1_000_000_000;
  private static final long MICRO = 1_000;

  private TimerDecoder() {}

  /** Interval timers that are armed, then POSIX timers by id. */
  static List<Timer> decode(Entry<TaskTimers> timers) throws MalformedImageException {
    List<Timer> decoded = new ArrayList<>();
    TaskTimers message = timers.message();
    add(timers.with(message.getReal()), Timer.Kind.REAL, decoded);
    add(timers.with(message.getVirt()), Timer.Kind.VIRTUAL, decoded);
    add(timers.with(message.getProf()), Timer.Kind.PROF, decoded);
    List<Timer.Posix> posix = new ArrayList<>();
    for (PosixTimer timer : message.getPosixList()) {
      posix.add(posix(timers.with(timer)));
    }
    posix.sort(Comparator.comparingInt(Timer.Posix::id));
    decoded.addAll(posix);
    return decoded;
  }

  private static void add(Entry<IntervalTimer> entry, Timer.Kind kind, List<Timer> decoded)
      throws MalformedImageException {
    IntervalTimer timer = entry.message();
    long interval = nanos(entry, timer.getIsec(), timer.getIusec(), MICRO);
    long value = nanos(entry, timer.getVsec(), timer.getVusec(), MICRO);
    if (interval != 0 || value != 0) {
      decoded.add(new Timer.Interval(kind, interval, value));
    }
  }

  private static Timer.Posix posix(Entry<PosixTimer> entry) throws MalformedImageException {
    PosixTimer timer = entry.message();
    entry.check(timer.getId() >= 0, "timer id " + timer.getId());
    return new Timer.Posix(
        timer.getId(),
        timer.getClock(),
        timer.getNotify(),
        timer.getSigno(),
        timer.getSival(),
        timer.getNotifyTid(),
        timer.hasOverrun() ? OptionalInt.of(timer.getOverrun()) : OptionalInt.empty(),
        nanos(entry, timer.getIsec(), timer.getInsec(), 1),
        nanos(entry, timer.getVsec(), timer.getVnsec(), 1));
  }

  /** A time of two numbers, the second in units of {@code unit} nanoseconds. */
  static long nanos(Entry<?> entry, long seconds, long fraction, long unit)
      throws MalformedImageException {
    boolean within =
        seconds >= 0
            && seconds < Long.MAX_VALUE / SECOND
            && fraction >= 0
            && fraction < SECOND / unit;
    entry.check(
        within,
        "a time of %s s and %s parts"
            .formatted(Long.toUnsignedString(seconds), Long.toUnsignedString(fraction)));
    return seconds * SECOND + fraction * unit;
  }
}

package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Timer;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalFlags;
import org.ckimg.tools.names.SignalNames;

/**
 * Compares the timers of a process one by one. What is left of a timer that runs is a clock, and so
 * is how often nobody took its signal.
 */
final class TimerComparison {
  private static final String LIST = "timers";

  private final Subject a;
  private final Subject b;

  TimerComparison(Subject a, Subject b) {
    this.a = a;
    this.b = b;
  }

  /**
   * What differs, in the order of the first.
   *
   * @param unknown is told when only one of the images knows of timers
   */
  List<FieldDiff> of(ProcessState left, ProcessState right, Set<String> unknown) {
    if (!a.knows(SectionType.TIMERS) || !b.knows(SectionType.TIMERS)) {
      if (a.knows(SectionType.TIMERS) != b.knows(SectionType.TIMERS)) {
        unknown.add(LIST);
      }
      return List.of();
    }
    Map<String, Timer> rest = new LinkedHashMap<>();
    right.timers().forEach(timer -> rest.put(name(timer), timer));
    List<FieldDiff> differences = new ArrayList<>();
    for (Timer before : left.timers()) {
      Timer after = rest.remove(name(before));
      compare(values(a, before), after == null ? Map.of() : values(b, after), differences);
    }
    rest.values().forEach(after -> compare(Map.of(), values(b, after), differences));
    return differences;
  }

  private static void compare(
      Map<String, String> before, Map<String, String> after, List<FieldDiff> differences) {
    differences.addAll(
        Facts.differences(new Facts().list(LIST, before), new Facts().list(LIST, after), Set.of()));
  }

  private static String name(Timer timer) {
    return switch (timer) {
      case Timer.Interval interval -> interval.kind().name().toLowerCase(Locale.ROOT);
      case Timer.Posix posix -> "posix." + posix.id();
    };
  }

  /** An interval timer that is not armed is none. */
  private static Map<String, String> values(Subject subject, Timer timer) {
    Map<String, String> values = new LinkedHashMap<>();
    String name = name(timer);
    boolean armed = timer.valueNanos() != 0;
    if (armed || timer instanceof Timer.Posix) {
      values.put(name + ".armed", Boolean.toString(armed));
      values.put(name + ".intervalNanos", Long.toString(timer.intervalNanos()));
    }
    if (timer instanceof Timer.Posix posix) {
      SignalNames signals = SignalNames.of(subject.checkpoint().host());
      values.put(name + ".clock", HostNames.clock(posix.clock()));
      values.put(name + ".notify", SignalFlags.notify(posix.notifyKind()));
      values.put(name + ".signal", posix.signal() == 0 ? "none" : signals.name(posix.signal()));
      values.put(name + ".value", "0x" + Long.toHexString(posix.sigval()));
      values.put(name + ".tid", Integer.toString(posix.tid()));
    }
    return values;
  }
}

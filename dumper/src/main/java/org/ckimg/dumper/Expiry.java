package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.Timer;

/**
 * Timers run on while a program stands still. One that expires after its program's signals were
 * read and before it is asked for reads as not armed: its signal is to be had among those that wait
 * afterwards, sigaction(2) {@code si_code}.
 */
final class Expiry {
  private static final int SI_CODE = 8;
  private static final int SI_TIMERID = 16;
  private static final int SI_TIMER = -2;
  private static final int SI_KERNEL = 0x80;
  private static final Map<Integer, Timer.Kind> KINDS =
      Map.of(14, Timer.Kind.REAL, 26, Timer.Kind.VIRTUAL, 27, Timer.Kind.PROF);

  private Expiry() {}

  /**
   * What waits for the process, the signals of such timers among it.
   *
   * @param before what waited when the stop began
   * @param after what waits now, our own signals among it
   * @param timers as they were told in between
   */
  static List<PendingSignal> complete(
      List<PendingSignal> before, List<PendingSignal> after, List<Timer> timers) {
    Set<PendingSignal> known = new HashSet<>(before);
    List<PendingSignal> all = new ArrayList<>(before);
    after.stream().filter(s -> !known.contains(s) && isOf(s, timers)).forEach(all::add);
    return all;
  }

  private static boolean isOf(PendingSignal signal, List<Timer> timers) {
    byte[] info = signal.siginfo().toArray();
    return switch (LittleEndian.number(info, SI_CODE)) {
      case SI_TIMER -> {
        int id = LittleEndian.number(info, SI_TIMERID);
        yield timers.stream()
            .anyMatch(t -> t instanceof Timer.Posix posix && posix.id() == id && !isArmed(t));
      }
      case SI_KERNEL -> {
        Optional<Timer.Kind> kind = Optional.ofNullable(KINDS.get(signal.number()));
        yield kind.isPresent()
            && timers.stream()
                .noneMatch(
                    t -> t instanceof Timer.Interval i && i.kind() == kind.get() && isArmed(t));
      }
      default -> false;
    };
  }

  private static boolean isArmed(Timer timer) {
    return timer.valueNanos() != 0;
  }
}

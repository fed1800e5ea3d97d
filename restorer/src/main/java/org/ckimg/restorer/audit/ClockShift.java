package org.ckimg.restorer.audit;

import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Origin;

/**
 * How far the program's clocks are ahead of this host's, time_namespaces(7).
 *
 * @param monotonicNanos to add to CLOCK_MONOTONIC, at least 0
 * @param boottimeNanos to add to CLOCK_BOOTTIME, at least 0
 */
public record ClockShift(long monotonicNanos, long boottimeNanos) {
  /** A host whose clocks are not behind needs none: time has only passed. */
  public static ClockShift of(Checkpoint checkpoint, HostFacts host) {
    return new ClockShift(
        behind(checkpoint.origin().map(Origin::monotonicNanos), host.clocks().monotonic()),
        behind(checkpoint.origin().map(Origin::boottimeNanos), host.clocks().boottime()));
  }

  private static long behind(Optional<OptionalLong> recorded, long now) {
    return Math.max(0, recorded.orElse(OptionalLong.empty()).orElse(now) - now);
  }

  /** True when a clock of this host is behind. */
  public boolean needed() {
    return monotonicNanos > 0 || boottimeNanos > 0;
  }
}

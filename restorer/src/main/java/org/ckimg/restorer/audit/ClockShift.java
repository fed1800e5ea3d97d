package org.ckimg.restorer.audit;

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
    Origin origin = checkpoint.origin().orElseThrow();
    return new ClockShift(
        Math.max(0, origin.monotonicNanos().orElse(0) - host.clocks().monotonic()),
        Math.max(0, origin.boottimeNanos().orElse(0) - host.clocks().boottime()));
  }

  /** True when a clock of this host is behind. */
  public boolean needed() {
    return monotonicNanos > 0 || boottimeNanos > 0;
  }
}

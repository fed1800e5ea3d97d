package org.ckimg.restorer.plan;

import java.util.ArrayList;
import java.util.List;
import org.ckimg.restorer.audit.ClockShift;

/**
 * Namespaces of its own that a program is put into, namespaces(7).
 *
 * @param pids true for a pid namespace, where its old ids are free, and a mount namespace for /proc
 * @param user true for a user namespace, which permits the others
 * @param clocks needed or not
 */
public record Isolation(boolean pids, boolean user, ClockShift clocks) {
  /** True when there is any. */
  public boolean needed() {
    return pids || clocks.needed();
  }

  /** The namespaces, in words. */
  String describe() {
    List<String> names = new ArrayList<>();
    if (user) {
      names.add("user");
    }
    if (pids) {
      names.add("pid");
      names.add("mount");
    }
    if (clocks.needed()) {
      names.add("time (monotonic clock +%d ms)".formatted(clocks.monotonicNanos() / 1_000_000));
    }
    return String.join(", ", names);
  }
}

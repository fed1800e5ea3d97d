package org.ckimg.tools.decode;

import java.time.Instant;

/** Points in time. */
public final class Times {
  private static final long NANOS = 1_000_000_000L;

  private Times() {}

  /** Nanoseconds since 1970 as ISO 8601 in UTC. */
  public static String iso(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS))
        .toString();
  }
}

package org.ckimg.spec.model;

/**
 * A resource limit, getrlimit(2).
 *
 * @param resource RLIMIT_ number
 * @param soft unsigned, {@link #UNLIMITED} for none
 * @param hard unsigned, {@link #UNLIMITED} for none
 */
public record Limit(int resource, long soft, long hard) {
  /** RLIM_INFINITY. */
  public static final long UNLIMITED = -1;
}

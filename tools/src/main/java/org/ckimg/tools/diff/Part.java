package org.ckimg.tools.diff;

import java.util.Locale;

/** What can be compared; named like the views of {@code ckimg inspect} that show the same. */
public enum Part {
  SUMMARY,
  TREE,
  THREADS,
  REGISTERS,
  SIGNALS,
  TIMERS,
  FDS,
  MAPS,
  ENV,
  LIMITS,
  CREDENTIALS,
  PAGES;

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

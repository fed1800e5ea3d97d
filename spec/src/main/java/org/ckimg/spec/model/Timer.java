package org.ckimg.spec.model;

import java.util.OptionalInt;

/** A timer of a process; times are nanoseconds. */
public sealed interface Timer {
  /** Period, 0 for once. */
  long intervalNanos();

  /** Time until it expires, 0 for not armed. */
  long valueNanos();

  /** Which clock an interval timer runs on. */
  enum Kind {
    /** Real time, SIGALRM. */
    REAL,
    /** User time, SIGVTALRM. */
    VIRTUAL,
    /** User and system time, SIGPROF. */
    PROF
  }

  /** setitimer(2). */
  record Interval(Kind kind, long intervalNanos, long valueNanos) implements Timer {}

  /**
   * timer_create(2).
   *
   * @param id timer id
   * @param clock CLOCK_ number, negative for CPU clocks
   * @param notifyKind SIGEV_ number
   * @param signal signal number, 0 for none
   * @param sigval value that the signal carries
   * @param tid receiver for SIGEV_THREAD_ID, else 0
   * @param overrun overruns counted so far
   */
  record Posix(
      int id,
      int clock,
      int notifyKind,
      int signal,
      long sigval,
      int tid,
      OptionalInt overrun,
      long intervalNanos,
      long valueNanos)
      implements Timer {}
}

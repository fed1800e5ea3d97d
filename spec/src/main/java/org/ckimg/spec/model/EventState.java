package org.ckimg.spec.model;

import java.util.List;
import java.util.OptionalInt;

/** What a description of eventfd(2), signalfd(2), timerfd_create(2) or epoll_create(2) holds. */
public sealed interface EventState {
  /**
   * An eventfd.
   *
   * @param value of the counter, unsigned
   * @param semaphore true when a read takes one
   */
  record Counter(long value, boolean semaphore) implements EventState {}

  /**
   * A signalfd.
   *
   * @param mask bit n is signal n + 1
   */
  record SignalSet(long mask) implements EventState {}

  /**
   * A timerfd; times are nanoseconds.
   *
   * @param clock CLOCK_ number
   * @param absolute true when {@code valueNanos} is a time of the clock, false when it is time left
   * @param cancelOnSet true when a jump of the clock ends a wait
   * @param expirations that nobody has read, unsigned
   * @param valueNanos until it expires or when, 0 for not armed
   * @param intervalNanos period, 0 for once
   */
  record Alarm(
      int clock,
      boolean absolute,
      boolean cancelOnSet,
      long expirations,
      long valueNanos,
      long intervalNanos)
      implements EventState {}

  /**
   * An epoll instance.
   *
   * @param watches by number, then target
   */
  record WatchList(List<Watch> watches) implements EventState {
    /** Copies the list. */
    public WatchList {
      watches = List.copyOf(watches);
    }
  }

  /**
   * One entry of an epoll instance; the kernel knows it by description and number, and keeps it
   * when the number is closed but the description lives.
   *
   * @param number descriptor number when it was added
   * @param target id of the description that is watched
   * @param events EPOLL bits
   * @param data that the program gave with it
   */
  record Watch(int number, OptionalInt target, int events, long data) {}
}

package org.ckimg.reader.internal.table;

import java.util.OptionalInt;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;

/** Kinds of EVENTS records; the order is that of the numbers in the image, from 1. */
enum EventKind {
  COUNTER(FdType.EVENTFD, EventKind.SEMAPHORE),
  SIGNAL_SET(FdType.SIGNALFD, 0),
  ALARM(FdType.TIMERFD, EventKind.ABSOLUTE | EventKind.CANCEL_ON_SET),
  PROCESS(FdType.PIDFD, EventKind.THREAD | EventKind.GONE),
  MASTER(FdType.TTY, EventKind.LOCKED | EventKind.PACKET_MODE);

  private static final int SEMAPHORE = 1;
  private static final int ABSOLUTE = 1 << 1;
  private static final int CANCEL_ON_SET = 1 << 2;
  private static final int THREAD = 1 << 3;
  private static final int GONE = 1 << 4;
  private static final int LOCKED = 1 << 5;
  private static final int PACKET_MODE = 1 << 6;

  private final FdType type;
  private final int flags;

  EventKind(FdType type, int flags) {
    this.type = type;
    this.flags = flags;
  }

  static EventKind of(CkimgImage.Event r) {
    return values()[r.kind() - 1];
  }

  /** Descriptions that have such a record. */
  FdType type() {
    return type;
  }

  /** True when a record has a value that this kind does not know. */
  boolean isForeign(CkimgImage.Event r) {
    boolean hasClock = r.clock() != 0 || r.valueNanos() != 0 || r.intervalNanos() != 0;
    return (r.flags() & ~flags) != 0 || this != ALARM && hasClock;
  }

  FdState decode(CkimgImage.Event r) {
    return switch (this) {
      case COUNTER -> new FdState.Counter(r.number(), has(r, SEMAPHORE));
      case SIGNAL_SET -> new FdState.SignalSet(r.number());
      case ALARM ->
          new FdState.Alarm(
              (int) r.clock(),
              has(r, ABSOLUTE),
              has(r, CANCEL_ON_SET),
              r.number(),
              r.valueNanos(),
              r.intervalNanos());
      case PROCESS ->
          new FdState.ProcessReference(
              has(r, GONE) ? OptionalInt.empty() : OptionalInt.of((int) r.number()),
              has(r, THREAD));
      case MASTER -> new FdState.Master((int) r.number(), has(r, LOCKED), has(r, PACKET_MODE));
    };
  }

  private static boolean has(CkimgImage.Event r, int flag) {
    return (r.flags() & flag) != 0;
  }
}

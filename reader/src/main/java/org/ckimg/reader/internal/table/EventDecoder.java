package org.ckimg.reader.internal.table;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;

/** What event descriptors hold, by description. */
final class EventDecoder {
  private static final int SEMAPHORE = 1;
  private static final int ABSOLUTE = 2;
  private static final int CANCEL_ON_SET = 4;

  private final Map<Long, FdState> states = new HashMap<>();
  private final Groups<FdState.Watch> watches = new Groups<>();

  /** Kinds of records; the order is that of the numbers in the image, from 1. */
  enum Kind {
    COUNTER(FdType.EVENTFD),
    SIGNAL_SET(FdType.SIGNALFD),
    ALARM(FdType.TIMERFD);

    private final FdType type;

    Kind(FdType type) {
      this.type = type;
    }

    static Kind of(CkimgImage.Event r) {
      return values()[r.kind() - 1];
    }

    /** Descriptions that have such a record. */
    FdType type() {
      return type;
    }
  }

  void event(Row<CkimgImage.Event> row) {
    CkimgImage.Event r = row.value();
    states.put(
        r.description(),
        switch (Kind.of(r)) {
          case COUNTER -> new FdState.Counter(r.number(), (r.flags() & SEMAPHORE) != 0);
          case SIGNAL_SET -> new FdState.SignalSet(r.number());
          case ALARM ->
              new FdState.Alarm(
                  (int) r.clock(),
                  (r.flags() & ABSOLUTE) != 0,
                  (r.flags() & CANCEL_ON_SET) != 0,
                  r.number(),
                  r.valueNanos(),
                  r.intervalNanos());
        });
  }

  void watch(Row<CkimgImage.Watch> row) {
    CkimgImage.Watch r = row.value();
    int target = (int) r.target();
    watches.add(
        r.description(),
        new FdState.Watch(
            (int) r.number(),
            target == 0 ? OptionalInt.empty() : OptionalInt.of(target),
            (int) r.events(),
            r.data()));
  }

  /** An epoll instance that was captured is known, also when it watches nothing. */
  Optional<FdState> of(CkimgImage.Description r) {
    boolean watching =
        r.type() == FdType.EPOLL.ordinal() + 1 && (r.state() == 0 || !watches.of(r.id()).isEmpty());
    return watching
        ? Optional.of(new FdState.WatchList(watches.of(r.id())))
        : Optional.ofNullable(states.get(r.id()));
  }
}

package org.ckimg.reader.internal.table;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;

/** What descriptions hold that are neither files nor sockets, by description. */
final class EventDecoder {
  private final Map<Long, FdState> states = new HashMap<>();
  private final Groups<FdState.Watch> watches = new Groups<>();
  private final Groups<FdState.Notify> notices = new Groups<>();
  private final boolean watchesKnown;
  private final boolean noticesKnown;

  /** Whether the tables of watches are whole, so that a list that is not there is empty. */
  EventDecoder(boolean watchesKnown, boolean noticesKnown) {
    this.watchesKnown = watchesKnown;
    this.noticesKnown = noticesKnown;
  }

  void event(Row<CkimgImage.Event> row) {
    states.put(row.value().description(), EventKind.of(row.value()).decode(row.value()));
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

  void notice(Row<CkimgImage.NotifyWatch> row) {
    CkimgImage.NotifyWatch r = row.value();
    notices.add(
        r.description(), new FdState.Notify((int) r.number(), (int) r.file(), (int) r.mask()));
  }

  /** A list of watches that was captured is known, also when it is empty. */
  Optional<FdState> of(CkimgImage.Description r) {
    boolean captured = r.state() == 0;
    return switch (FdType.values()[r.type() - 1]) {
      case EPOLL ->
          Optional.<FdState>of(new FdState.WatchList(watches.of(r.id())))
              .filter(list -> captured && watchesKnown || !watches.of(r.id()).isEmpty());
      case INOTIFY ->
          Optional.<FdState>of(new FdState.NotifyList(notices.of(r.id())))
              .filter(list -> captured && noticesKnown || !notices.of(r.id()).isEmpty());
      default -> Optional.ofNullable(states.get(r.id()));
    };
  }
}

package org.ckimg.interop.criu.write;

import java.util.OptionalLong;
import org.ckimg.interop.criu.proto.EventFd;
import org.ckimg.interop.criu.proto.EventPoll;
import org.ckimg.interop.criu.proto.EventPollTarget;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.FileOwner;
import org.ckimg.interop.criu.proto.SignalFd;
import org.ckimg.interop.criu.proto.TimerFd;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Origin;

/** What a program waits on. */
final class EventEncoder {
  private static final int EFD_SEMAPHORE = 1;
  private static final int TFD_TIMER_CANCEL_ON_SET = 2;
  private static final int MONOTONIC = 1;
  private static final int BOOTTIME = 7;

  private final Checkpoint checkpoint;

  EventEncoder(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  FileEntry add(FileEntry.Builder entry, OpenFile open, FileOwner owner) {
    int id = entry.getId();
    return switch ((FdState.Event) open.state().orElseThrow()) {
      case FdState.Counter counter ->
          entry
              .setEfd(
                  EventFd.newBuilder()
                      .setId(id)
                      .setFlags(open.flags() | (counter.semaphore() ? EFD_SEMAPHORE : 0))
                      .setFown(owner)
                      .setCounter(counter.value()))
              .build();
      case FdState.SignalSet set ->
          entry
              .setSgfd(
                  SignalFd.newBuilder()
                      .setId(id)
                      .setFlags(open.flags())
                      .setFown(owner)
                      .setSigmask(set.mask()))
              .build();
      case FdState.Alarm alarm -> entry.setTfd(alarm(id, open.flags(), alarm, owner)).build();
      case FdState.WatchList list -> entry.setEpfd(watches(id, open.flags(), list, owner)).build();
      case FdState.NotifyList _, FdState.ProcessReference _ ->
          throw new IllegalArgumentException("description " + open.id() + " is not written");
    };
  }

  private TimerFd alarm(int id, int flags, FdState.Alarm alarm, FileOwner owner) {
    long value = left(checkpoint, alarm).orElseThrow();
    return TimerFd.newBuilder()
        .setId(id)
        .setFlags(flags)
        .setFown(owner)
        .setClockid(alarm.clock())
        .setTicks(alarm.expirations())
        .setSettimeFlags(alarm.cancelOnSet() ? TFD_TIMER_CANCEL_ON_SET : 0)
        .setVsec(value / TimerEncoder.SECOND)
        .setVnsec(value % TimerEncoder.SECOND)
        .setIsec(alarm.intervalNanos() / TimerEncoder.SECOND)
        .setInsec(alarm.intervalNanos() % TimerEncoder.SECOND)
        .build();
  }

  /** Time left, nanoseconds; empty for a time of a clock that the checkpoint does not know. */
  static OptionalLong left(Checkpoint checkpoint, FdState.Alarm alarm) {
    if (!alarm.absolute() || alarm.valueNanos() == 0) {
      return OptionalLong.of(alarm.valueNanos());
    }
    OptionalLong now =
        switch (alarm.clock()) {
          case MONOTONIC -> clock(checkpoint.origin().map(Origin::monotonicNanos));
          case BOOTTIME -> clock(checkpoint.origin().map(Origin::boottimeNanos));
          default -> clock(checkpoint.origin().map(Origin::createdNanos));
        };
    return now.isPresent()
        ? OptionalLong.of(Math.max(1, alarm.valueNanos() - now.getAsLong()))
        : now;
  }

  private static OptionalLong clock(java.util.Optional<OptionalLong> known) {
    return known.orElse(OptionalLong.empty());
  }

  private static EventPoll watches(int id, int flags, FdState.WatchList list, FileOwner owner) {
    EventPoll.Builder poll = EventPoll.newBuilder().setId(id).setFlags(flags).setFown(owner);
    for (FdState.Watch watch : list.watches()) {
      poll.addTargets(
          EventPollTarget.newBuilder()
              .setId(id)
              .setTfd(watch.number())
              .setEvents(watch.events())
              .setData(watch.data()));
    }
    return poll.build();
  }
}

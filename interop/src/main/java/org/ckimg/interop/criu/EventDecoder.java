package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.interop.criu.proto.EventFd;
import org.ckimg.interop.criu.proto.EventPollTarget;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.InotifyWatch;
import org.ckimg.interop.criu.proto.PidFd;
import org.ckimg.interop.criu.proto.TimerFd;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.FdState;

/** What a program waits on. */
final class EventDecoder {
  static final int EFD_SEMAPHORE = 1;
  private static final int TFD_TIMER_CANCEL_ON_SET = 2;
  private static final int PIDFD_THREAD = 0200;

  private final FileTable files;
  private final Holders holders;

  EventDecoder(FileTable files, Holders holders) {
    this.files = files;
    this.holders = holders;
  }

  /** The low bit of an eventfd's flags is not one of open(2). */
  FdState counter(EventFd event) {
    return new FdState.Counter(event.getCounter(), (event.getFlags() & EFD_SEMAPHORE) != 0);
  }

  /** The image keeps the time left, whatever the timer was set with. */
  FdState alarm(Entry<FileEntry> file) throws MalformedImageException {
    TimerFd timer = file.message().getTfd();
    return new FdState.Alarm(
        timer.getClockid(),
        false,
        (timer.getSettimeFlags() & TFD_TIMER_CANCEL_ON_SET) != 0,
        timer.getTicks(),
        TimerDecoder.nanos(file, timer.getVsec(), timer.getVnsec(), 1),
        TimerDecoder.nanos(file, timer.getIsec(), timer.getInsec(), 1));
  }

  /** The image knows what is watched by its number in a task that has the instance open. */
  FdState watches(Entry<FileEntry> file) {
    List<FdState.Watch> watches = new ArrayList<>();
    for (EventPollTarget target : file.message().getEpfd().getTargetsList()) {
      OptionalInt description = holders.sibling(file.message().getId(), target.getTfd());
      watches.add(
          new FdState.Watch(target.getTfd(), description, target.getEvents(), target.getData()));
    }
    watches.sort(
        Comparator.comparingInt(FdState.Watch::number)
            .thenComparingInt(watch -> watch.target().orElse(0)));
    return new FdState.WatchList(watches);
  }

  FdState notifications(Entry<FileEntry> file) throws MalformedImageException {
    List<FdState.Notify> watches = new ArrayList<>();
    for (InotifyWatch watch : file.message().getIfy().getWatchesList()) {
      file.check(watch.getWd() >= 1, "watch descriptor " + watch.getWd());
      watches.add(new FdState.Notify(watch.getWd(), files.watched(watch), watch.getMask()));
    }
    watches.sort(Comparator.comparingInt(FdState.Notify::number));
    return new FdState.NotifyList(watches);
  }

  FdState process(PidFd pidfd) {
    int pid = pidfd.getNspid();
    return new FdState.ProcessReference(
        pid > 0 ? OptionalInt.of(pid) : OptionalInt.empty(),
        (pidfd.getFlags() & PIDFD_THREAD) != 0);
  }
}

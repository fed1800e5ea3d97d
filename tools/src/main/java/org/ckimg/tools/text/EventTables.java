package org.ckimg.tools.text;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.Times;
import org.ckimg.tools.names.EpollEvents;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalNames;

/** What the event descriptors of a process hold. */
final class EventTables {
  private static final int CLOCK_REALTIME = 0;
  private static final int CLOCK_REALTIME_ALARM = 8;

  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final TextTable states = new TextTable(">EVENTS OF FD", "STATE");
  private final TextTable watches =
      new TextTable(">EPOLL FD", ">WATCHES FD", ">OFD", "EVENTS", "DATA");

  private EventTables(Checkpoint checkpoint, ProcessState process) {
    this.checkpoint = checkpoint;
    this.process = process;
  }

  static void print(Checkpoint checkpoint, ProcessState process, Paper paper) {
    EventTables tables = new EventTables(checkpoint, process);
    tables.fill();
    paper.table(tables.states);
    paper.table(tables.watches);
  }

  private void fill() {
    for (FdEntry fd : process.fds()) {
      Optional<OpenFile> open = References.description(checkpoint, fd.description());
      if (open.flatMap(OpenFile::state).orElse(null) instanceof FdState.Event event) {
        add(fd, event);
      }
    }
  }

  private void add(FdEntry fd, FdState.Event event) {
    switch (event) {
      case FdState.Counter counter ->
          states.row(
              fd.number(),
              "counter at %s%s"
                  .formatted(
                      Long.toUnsignedString(counter.value()),
                      counter.semaphore() ? ", a read takes one" : ""));
      case FdState.SignalSet set ->
          states.row(fd.number(), Cells.list(SignalNames.of(checkpoint.host()).mask(set.mask())));
      case FdState.Alarm alarm -> states.row(fd.number(), text(alarm));
      case FdState.WatchList list -> list.watches().forEach(watch -> add(fd, watch));
    }
  }

  private static String text(FdState.Alarm alarm) {
    String every =
        alarm.intervalNanos() == 0 ? "once" : "every " + Human.duration(alarm.intervalNanos());
    return String.join(
        ", ",
        List.of(
            HostNames.clock(alarm.clock()) + " " + when(alarm),
            every,
            Long.toUnsignedString(alarm.expirations()) + " not read"));
  }

  private static String when(FdState.Alarm alarm) {
    if (alarm.valueNanos() == 0) {
      return "off";
    }
    if (!alarm.absolute()) {
      return "in " + Human.duration(alarm.valueNanos());
    }
    boolean wall = alarm.clock() == CLOCK_REALTIME || alarm.clock() == CLOCK_REALTIME_ALARM;
    return "at " + (wall ? Times.iso(alarm.valueNanos()) : Human.duration(alarm.valueNanos()));
  }

  private void add(FdEntry fd, FdState.Watch watch) {
    watches.row(
        fd.number(),
        watch.number(),
        Cells.of(watch.target()),
        Cells.list(EpollEvents.of(watch.events())),
        Human.hex(watch.data()));
  }
}

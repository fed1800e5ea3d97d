package org.ckimg.tools.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.PipeState;
import org.ckimg.tools.decode.Times;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalNames;

/** What a description holds, in one line. */
final class StateText {
  private static final int CLOCK_REALTIME = 0;
  private static final int CLOCK_REALTIME_ALARM = 8;

  private StateText() {}

  /** Empty for lists of watches, which have tables of their own. */
  static Optional<String> of(Checkpoint checkpoint, FdState state) {
    return switch (state) {
      case FdState.Counter counter ->
          Optional.of(
              "counter at %s%s"
                  .formatted(
                      Long.toUnsignedString(counter.value()),
                      counter.semaphore() ? ", a read takes one" : ""));
      case FdState.SignalSet set ->
          Optional.of(Cells.list(SignalNames.of(checkpoint.host()).mask(set.mask())));
      case FdState.Alarm alarm -> Optional.of(alarm(alarm));
      case FdState.ProcessReference process -> Optional.of(process(process));
      case FdState.Master master -> Optional.of(master(master));
      case FdState.Socket socket -> Optional.of(SocketText.of(checkpoint, socket));
      case FdState.WatchList ignored -> Optional.empty();
      case FdState.NotifyList ignored -> Optional.empty();
    };
  }

  /** What waits in a pipe; empty when nothing is known of it, be it that the image was cut. */
  static Optional<String> of(Checkpoint checkpoint, PipeState pipe) {
    List<String> parts = new ArrayList<>();
    pipe.queue()
        .ifPresent(id -> parts.add(Human.bytes(checkpoint.object(id).length()) + " not read"));
    if (!pipe.packets().isEmpty()) {
      parts.add(Human.count(pipe.packets().size(), "packet"));
    }
    pipe.capacity().ifPresent(capacity -> parts.add("room for " + Human.bytes(capacity)));
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
  }

  private static String process(FdState.ProcessReference process) {
    String what = process.thread() ? "thread" : "process";
    return process.pid().isPresent()
        ? what + " " + process.pid().getAsInt()
        : "a " + what + " that was gone";
  }

  private static String master(FdState.Master master) {
    return "master of /dev/pts/%d%s%s"
        .formatted(
            master.index(),
            master.locked() ? ", locked" : "",
            master.packetMode() ? ", packet mode" : "");
  }

  private static String alarm(FdState.Alarm alarm) {
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
}

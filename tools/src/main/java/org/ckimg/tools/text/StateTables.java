package org.ckimg.tools.text;

import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.decode.Pipes;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.names.EpollEvents;
import org.ckimg.tools.names.NotifyEvents;

/** What the descriptors of a process hold that no file does. */
final class StateTables {
  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final TextTable states = new TextTable(">FD", "HOLDS");
  private final TextTable watches =
      new TextTable(">EPOLL FD", ">WATCHES FD", ">OFD", "EVENTS", "DATA");
  private final TextTable notices = new TextTable(">INOTIFY FD", ">WATCH", "EVENTS", "FILE");

  private StateTables(Checkpoint checkpoint, ProcessState process) {
    this.checkpoint = checkpoint;
    this.process = process;
  }

  static void print(Checkpoint checkpoint, ProcessState process, Paper paper) {
    StateTables tables = new StateTables(checkpoint, process);
    tables.fill();
    paper.table(tables.states);
    paper.table(tables.watches);
    paper.table(tables.notices);
  }

  private void fill() {
    Pipes pipes = new Pipes(checkpoint);
    for (FdEntry fd : process.fds()) {
      Optional<OpenFile> open = References.description(checkpoint, fd.description());
      open.flatMap(pipes::of)
          .flatMap(pipe -> StateText.of(checkpoint, pipe))
          .ifPresent(text -> states.row(FdsView.number(fd), text));
      open.flatMap(OpenFile::state).ifPresent(state -> add(fd, state));
    }
  }

  private void add(FdEntry fd, FdState state) {
    StateText.of(checkpoint, state).ifPresent(text -> states.row(FdsView.number(fd), text));
    if (state instanceof FdState.WatchList list) {
      list.watches().forEach(watch -> add(fd, watch));
    }
    if (state instanceof FdState.NotifyList list) {
      list.watches().forEach(watch -> add(fd, watch));
    }
  }

  private void add(FdEntry fd, FdState.Watch watch) {
    watches.row(
        FdsView.number(fd),
        watch.number(),
        Cells.of(watch.target()),
        Cells.list(EpollEvents.of(watch.events())),
        Human.hex(watch.data()));
  }

  private void add(FdEntry fd, FdState.Notify watch) {
    notices.row(
        FdsView.number(fd),
        watch.number(),
        Cells.list(NotifyEvents.of(watch.mask())),
        Cells.path(References.file(checkpoint, OptionalInt.of(watch.file()))));
  }
}

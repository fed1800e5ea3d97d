package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.Poll;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.linux.tty.PtyContent;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Terminal;

/**
 * Pseudo terminals whose masters the tree has: their modes, their size, and what waits on both
 * sides. That can only be taken out and put back, in the tenth of a millisecond that takes; a tool
 * that is killed within it takes what waited with it.
 */
final class PtyCollector {
  /** Where the line discipline stands in the modes. */
  private static final int DISCIPLINE = 16;

  static final PtyContent NOTHING = new PtyContent(new byte[0], List.of(), new byte[0], false);

  private final Map<Integer, Master> masters = new TreeMap<>();
  private final Map<Master, Master> twins = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** A master by one of its descriptors. */
  private record Master(int pid, int fd, FdState.Master state) {
    String name() {
      return "/dev/pts/" + state.index();
    }

    String subject() {
      return "fd %d of process %d".formatted(fd, pid);
    }

    int copy() throws IOException {
      int pidfd = ProcessCalls.openThreadPidfd(pid);
      try {
        return ProcessCalls.getFd(pidfd, fd);
      } finally {
        FileCalls.close(pidfd);
      }
    }
  }

  /** What a master says of itself; everybody who has it stands still. */
  FdState.Master add(int pid, int pidfd, int fd) throws IOException {
    int copy = ProcessCalls.getFd(pidfd, fd);
    try {
      FdState.Master state =
          new FdState.Master(
              TerminalCalls.index(copy),
              TerminalCalls.isLocked(copy),
              TerminalCalls.isPacketMode(copy));
      Master master = new Master(pid, fd, state);
      Master first = masters.putIfAbsent(state.ttyNumber(), master);
      if (first != null) {
        twins.put(master, first);
      }
      return state;
    } finally {
      FileCalls.close(copy);
    }
  }

  /** The terminals, as in {@code tty_nr} of proc(5). */
  Set<Integer> devices() {
    return masters.keySet();
  }

  /** Reads all of them, by number. */
  List<TerminalCollector.Found> read(
      FileTable files, TerminalCollector open, OtherHolders others, Refusals refusals)
      throws IOException {
    List<TerminalCollector.Found> pairs = new ArrayList<>();
    twins.forEach((master, first) ->
        refusals.add(
            master.subject(),
            "master of a pseudo terminal %s of another devpts, or %s is"
                .formatted(master.name(), first.subject())));
    for (Master master : masters.values()) {
      try {
        Reader reader = new Reader(master, files, refusals);
        reader.refuseOthers(others);
        if (refusals.isEmpty()) {
          pairs.add(reader.read(open.find(master.state.ttyNumber())));
        }
      } catch (SyscallException e) {
        refusals.add(master.subject(), e.getMessage());
      }
    }
    return pairs;
  }

  /** What is lost. */
  List<String> notes() {
    return notes;
  }

  /** Reads one pair. */
  private final class Reader {
    private final Master master;
    private final FileFacts file;
    private final String name;
    private final Refusals refusals;

    Reader(Master master, FileTable files, Refusals refusals) throws IOException {
      this.master = master;
      this.name = master.name();
      this.refusals = refusals;
      this.file = files.addPath(name.getBytes(StandardCharsets.US_ASCII));
      if (file.status().rdev().orElse(0) != master.state.slaveDevice()) {
        refuseElsewhere();
      }
    }

    private void refuseElsewhere() {
      refusals.add(master.subject(), "pseudo terminal that is not what %s is".formatted(name));
    }

    void refuseOthers(OtherHolders others) throws IOException {
      FileStatus slave = FileCalls.status(name.getBytes(StandardCharsets.US_ASCII));
      Optional<Integer> other = others.holder(name, slave);
      if (other.isEmpty()) {
        other = others.controlledBy(master.state.ttyNumber());
      }
      if (other.isPresent()) {
        refusals.add(
            master.subject(),
            "pseudo terminal %s, which process %d (%s) has too"
                .formatted(name, other.get(), DescriptorKind.comm(other.get())));
      }
    }

    TerminalCollector.Found read(Optional<TerminalCollector.Seen> slave) throws IOException {
      int copy = master.copy();
      try {
        int discipline = TerminalCalls.modes(copy)[DISCIPLINE];
        if (discipline != 0) {
          refusals.add(master.subject(), "line discipline %d on %s".formatted(discipline, name));
          return pair(copy, false, false, NOTHING);
        }
        return slave.isPresent() ? readOpen(copy, slave.get()) : readClosed(copy);
      } finally {
        FileCalls.close(copy);
      }
    }

    /** Who may not open it because it is exclusive lets everybody do so meanwhile. */
    private TerminalCollector.Found readOpen(int copy, TerminalCollector.Seen open)
        throws IOException {
      int known = open.copy();
      try {
        boolean exclusive = TerminalCalls.isExclusive(known);
        if (exclusive) {
          TerminalCalls.setExclusive(known, false);
        }
        try {
          return pair(copy, exclusive, false, content(copy));
        } finally {
          if (exclusive) {
            TerminalCalls.setExclusive(known, true);
          }
        }
      } finally {
        FileCalls.close(known);
      }
    }

    /** One that nobody has opened yet has nothing in it, and would be hung up by who closes it. */
    private TerminalCollector.Found readClosed(int copy) throws IOException {
      boolean hungUp = (Poll.events(copy, Poll.IN) & Poll.HUP) != 0;
      if (!hungUp && !isHere(FileCalls.status(copy))) {
        refuseElsewhere();
      }
      return pair(copy, false, hungUp, hungUp ? content(copy) : NOTHING);
    }

    /** A master is a file of its devpts, or of the folder that this stands in. */
    private boolean isHere(FileStatus status) throws IOException {
      FileStatus usual = FileCalls.status("/dev/ptmx".getBytes(StandardCharsets.US_ASCII));
      return status.device() == usual.device()
          || file.inode().filter(slave -> slave.device() == status.device()).isPresent();
    }

    private PtyContent content(int copy) throws IOException {
      byte[] modes = TerminalCalls.modes(copy);
      if ((Poll.events(copy, Poll.PRI) & Poll.PRI) != 0) {
        notes.add("what packet mode had still to tell of %s is not saved".formatted(name));
      }
      if (master.state.locked()) {
        TerminalCalls.setLocked(copy, false);
      }
      try {
        int slave = TerminalCalls.slave(copy, FileCalls.O_RDWR | FileCalls.O_NONBLOCK);
        try {
          FileStatus status = FileCalls.status(slave);
          FileFacts.Inode inode = new FileFacts.Inode(status.device(), status.inode());
          if (!file.inode().equals(Optional.of(inode))) {
            refuseElsewhere();
          }
          return passThrough(copy, slave, modes);
        } finally {
          FileCalls.close(slave);
        }
      } finally {
        if (master.state.locked()) {
          TerminalCalls.setLocked(copy, true);
        }
      }
    }

    private PtyContent passThrough(int copy, int slave, byte[] modes) throws IOException {
      if (master.state.packetMode()) {
        TerminalCalls.setPacketMode(copy, false);
      }
      try {
        PtyContent content = PtyContent.take(copy, slave, modes);
        content.give(copy, slave, modes);
        return content;
      } finally {
        if (master.state.packetMode()) {
          TerminalCalls.setPacketMode(copy, true);
        }
      }
    }

    private TerminalCollector.Found pair(
        int copy, boolean exclusive, boolean hungUp, PtyContent content) throws IOException {
      TerminalCalls.Window window = TerminalCalls.window(copy);
      Terminal terminal =
          new Terminal(
              file.id(),
              Bytes.of(TerminalCalls.modes(copy)),
              window.rows(),
              window.columns(),
              Optional.of(new Terminal.Input(OptionalInt.empty(), content.lines())),
              Optional.of(
                  new Terminal.Slave(exclusive, hungUp, content.stopped(), OptionalInt.empty())));
      return new TerminalCollector.Found(terminal, content);
    }
  }
}

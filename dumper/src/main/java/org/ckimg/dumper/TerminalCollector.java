package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.linux.tty.HeldPty;
import org.ckimg.linux.tty.PtyContent;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Terminal;

/**
 * Terminals: those whose masters the tree has, and those whose masters are somewhere else, such as
 * the one that the program was started from.
 */
final class TerminalCollector {
  private static final long DEV_TTY = 5L << 32;

  private final Map<Integer, Seen> seen = new LinkedHashMap<>();
  private final Map<Integer, Seen> byDevice = new HashMap<>();
  private final List<Seen> named = new ArrayList<>();
  private final PtyCollector ptys = new PtyCollector();
  private final List<String> notes = new ArrayList<>();

  /** A terminal by one of its descriptors; {@code device} as in {@code tty_nr} of proc(5). */
  record Seen(int pid, int fd, FileFacts file, int device) {
    /** The description itself, to be closed. */
    int copy() throws IOException {
      int pidfd = ProcessCalls.openThreadPidfd(pid);
      try {
        return ProcessCalls.getFd(pidfd, fd);
      } finally {
        FileCalls.close(pidfd);
      }
    }
  }

  /** A terminal, whose queues are no objects yet. */
  record Found(Terminal terminal, PtyContent content) {}

  /** Notes a master, and says what it says of itself. */
  FdState.Master addMaster(int pid, int pidfd, int fd) throws IOException {
    return ptys.add(pid, pidfd, fd);
  }

  /** Notes a descriptor; a terminal that was hung up has nothing to tell any more. */
  void add(int pid, int pidfd, int fd, FileFacts file) throws IOException {
    int copy = ProcessCalls.getFd(pidfd, fd);
    try {
      if (TerminalCalls.isTerminal(copy)) {
        Seen found = new Seen(pid, fd, file, TerminalCalls.device(copy));
        seen.putIfAbsent(file.id(), found);
        byDevice.putIfAbsent(found.device, found);
        if (file.status().rdev().orElse(0) == DEV_TTY) {
          named.add(found);
        }
      }
    } finally {
      FileCalls.close(copy);
    }
  }

  /** So that what waits in them is out of them for a short time only. */
  void rehearse() {
    try {
      if (!ptys.devices().isEmpty()) {
        PtyContent.rehearse();
      }
    } catch (IOException e) {
      // Only time is lost.
      return;
    }
  }

  /** A descriptor that leads to this terminal, whatever it is called. */
  Optional<Seen> find(int device) {
    return Optional.ofNullable(byDevice.get(device));
  }

  /**
   * Reads them, by file.
   *
   * @param held the one that we stand behind
   */
  List<Found> read(FileTable files, Optional<HeldPty> held, OtherHolders others, Refusals refusals)
      throws IOException {
    refuseMisnamed(refusals);
    List<Found> found = new ArrayList<>();
    for (Seen open : seen.values()) {
      if (!ptys.devices().contains(open.device)) {
        found.add(read(open, typed(open, held, others)));
      }
    }
    found.addAll(ptys.read(files, this, others, refusals));
    found.sort(Comparator.comparingInt(one -> one.terminal().file()));
    return found;
  }

  private void refuseMisnamed(Refusals refusals) throws IOException {
    Set<Integer> own = ptys.devices();
    for (Seen open : named) {
      int controlling = Stat.read(open.pid).ttyNumber();
      boolean ofTree = own.contains(open.device) || own.contains(controlling);
      if (ofTree && open.device != controlling) {
        refusals.add(
            "fd %d of process %d".formatted(open.fd, open.pid),
            "/dev/tty that is not the terminal of its process");
      }
    }
  }

  /** Only a leader of a session gets a terminal of its own again, into which it can be typed. */
  private static Optional<PtyContent> typed(Seen open, Optional<HeldPty> held, OtherHolders others)
      throws IOException {
    boolean ours = held.isPresent() && TerminalCalls.device(held.get().slave()) == open.device;
    return ours && !others.isOutside(Stat.read(open.pid).session())
        ? held.get().typed()
        : Optional.empty();
  }

  private Found read(Seen open, Optional<PtyContent> typed) throws IOException {
    int copy = open.copy();
    try {
      if (typed.isEmpty()) {
        noteUnread(TerminalCalls.unread(copy), open.file);
      }
      TerminalCalls.Window window = TerminalCalls.window(copy);
      Terminal terminal =
          new Terminal(
              open.file.id(),
              Bytes.of(TerminalCalls.modes(copy)),
              window.rows(),
              window.columns(),
              typed.map(content -> new Terminal.Input(OptionalInt.empty(), content.lines())),
              Optional.empty());
      return new Found(terminal, typed.orElse(PtyCollector.NOTHING));
    } finally {
      FileCalls.close(copy);
    }
  }

  private void noteUnread(int bytes, FileFacts file) {
    if (bytes > 0) {
      notes.add(
          "%d bytes that were typed into %s, and that nobody has read, are not saved"
              .formatted(bytes, file.path()));
    }
  }

  /** What is lost. */
  List<String> notes() {
    return Stream.concat(notes.stream(), ptys.notes().stream()).toList();
  }
}

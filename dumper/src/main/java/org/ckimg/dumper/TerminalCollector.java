package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Terminal;

/**
 * Modes and window of terminals whose masters are somewhere else, such as the one that the program
 * was started from.
 */
final class TerminalCollector {
  private static final long DEV_TTY = 5L << 32;

  private final Map<Integer, Seen> seen = new LinkedHashMap<>();
  private final List<Seen> named = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** A terminal by one of its descriptors; {@code device} as in {@code tty_nr} of proc(5). */
  record Seen(int pid, int fd, FileFacts file, int device) {
    /** The description itself, to be closed. */
    int copy() throws IOException {
      int pidfd = ProcessCalls.openPidfd(pid);
      try {
        return ProcessCalls.getFd(pidfd, fd);
      } finally {
        FileCalls.close(pidfd);
      }
    }
  }

  /** Notes a descriptor; a terminal that was hung up has nothing to tell any more. */
  void add(int pid, int pidfd, int fd, FileFacts file) throws IOException {
    int copy = ProcessCalls.getFd(pidfd, fd);
    try {
      if (TerminalCalls.isTerminal(copy)) {
        Seen found = new Seen(pid, fd, file, TerminalCalls.device(copy));
        seen.putIfAbsent(file.id(), found);
        if (file.status().rdev().orElse(0) == DEV_TTY) {
          named.add(found);
        }
      }
    } finally {
      FileCalls.close(copy);
    }
  }

  /** A descriptor that leads to this terminal, whatever it is called. */
  Optional<Seen> find(int device) {
    return Stream.concat(seen.values().stream(), named.stream())
        .filter(other -> other.device == device)
        .findFirst();
  }

  /**
   * Reads them.
   *
   * @param own terminals whose masters the tree has
   */
  List<Terminal> read(Set<Integer> own, Refusals refusals) throws IOException {
    for (Seen open : named) {
      int controlling = Stat.read(open.pid).ttyNumber();
      boolean ofTree = own.contains(open.device) || own.contains(controlling);
      if (ofTree && open.device != controlling) {
        refusals.add(
            "fd %d of process %d".formatted(open.fd, open.pid),
            "/dev/tty that is not the terminal of its process");
      }
    }
    List<Terminal> terminals = new ArrayList<>();
    for (Seen open : seen.values()) {
      if (!own.contains(open.device)) {
        terminals.add(read(open));
      }
    }
    return terminals;
  }

  private Terminal read(Seen open) throws IOException {
    int copy = open.copy();
    try {
      noteUnread(TerminalCalls.unread(copy), open.file);
      TerminalCalls.Window window = TerminalCalls.window(copy);
      return new Terminal(
          open.file.id(),
          Bytes.of(TerminalCalls.modes(copy)),
          window.rows(),
          window.columns(),
          Optional.empty(),
          Optional.empty());
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

  /** Input that is lost. */
  List<String> notes() {
    return notes;
  }
}

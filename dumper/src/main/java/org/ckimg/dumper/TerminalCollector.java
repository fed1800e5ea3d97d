package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Terminal;

/** Modes and window of the terminals that the process has open. */
final class TerminalCollector {
  private final Map<Integer, Terminal> terminals = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();

  /** Reads them from one descriptor; a terminal that was hung up has none any more. */
  void add(int pidfd, int fd, FileFacts file) throws IOException {
    if (terminals.containsKey(file.id())) {
      return;
    }
    int copy = ProcessCalls.getFd(pidfd, fd);
    try {
      if (TerminalCalls.isTerminal(copy)) {
        TerminalCalls.Window window = TerminalCalls.window(copy);
        terminals.put(
            file.id(),
            new Terminal(
                file.id(), Bytes.of(TerminalCalls.modes(copy)), window.rows(), window.columns()));
        noteUnread(TerminalCalls.unread(copy), file);
      }
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

  /** By file. */
  List<Terminal> terminals() {
    return List.copyOf(terminals.values());
  }
}

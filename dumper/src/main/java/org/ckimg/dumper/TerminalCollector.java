package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Terminal;

/** Modes and window of the terminals that the process has open. */
final class TerminalCollector {
  private final Map<Integer, Terminal> terminals = new TreeMap<>();

  /** Reads them from one descriptor; a terminal that was hung up has none any more. */
  void add(int pidfd, int fd, int file) throws IOException {
    if (terminals.containsKey(file)) {
      return;
    }
    int copy = ProcessCalls.getFd(pidfd, fd);
    try {
      if (TerminalCalls.isTerminal(copy)) {
        TerminalCalls.Window window = TerminalCalls.window(copy);
        terminals.put(
            file,
            new Terminal(
                file, Bytes.of(TerminalCalls.modes(copy)), window.rows(), window.columns()));
      }
    } finally {
      FileCalls.close(copy);
    }
  }

  /** By file. */
  List<Terminal> terminals() {
    return List.copyOf(terminals.values());
  }
}

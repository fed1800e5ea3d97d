package org.ckimg.interop.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.interop.Row;
import org.ckimg.spec.model.Bytes;

/** The ends of logs: what the container printed last, and what CRIU said. */
final class Logs {
  private static final String SUFFIX = ".log";
  private static final int MAX_LOGS = 16;
  private static final int LINES = 20;
  private static final int TAIL_BYTES = 16 << 10;

  private final Report report;
  private final List<Row> rows = new ArrayList<>();

  Logs(Report report) {
    this.report = report;
  }

  static boolean isLog(String name) {
    return name.endsWith(SUFFIX);
  }

  /** The last lines of all logs of some folders. */
  void read(List<Folder> folders) throws IOException {
    int logs = 0;
    for (Folder folder : folders) {
      for (String name : folder.names().stream().filter(Logs::isLog).toList()) {
        logs++;
        Optional<ByteSource> found = logs > MAX_LOGS ? Optional.empty() : folder.open(name);
        if (found.isPresent()) {
          try (ByteSource source = found.get()) {
            tail(source);
          }
        }
      }
    }
    if (logs > MAX_LOGS) {
      report.warn("%d logs: only %d of them are shown", logs, MAX_LOGS);
    }
    report.annex("logs", rows);
  }

  private void tail(ByteSource source) throws IOException {
    long from = Math.max(0, source.length() - TAIL_BYTES);
    byte[] end = new byte[(int) (source.length() - from)];
    source.read(from, ByteBuffer.wrap(end));
    Deque<Row> last = new ArrayDeque<>();
    int start = 0;
    for (int at = 0; at <= end.length; at++) {
      if (at == end.length ? at > start : end[at] == '\n') {
        last.add(
            new Row().put("file", source.name()).put("line", Bytes.of(end, start, at - start)));
        start = at + 1;
        if (last.size() > LINES) {
          last.removeFirst();
        }
      }
    }
    rows.addAll(last);
  }
}

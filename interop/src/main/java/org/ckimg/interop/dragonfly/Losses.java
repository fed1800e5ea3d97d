package org.ckimg.interop.dragonfly;

import java.util.ArrayList;
import java.util.List;
import org.ckimg.interop.Row;

/** What the program had and the format does not keep, or keeps so that it cannot be told. */
final class Losses {
  private final List<Row> rows = new ArrayList<>();

  private Losses() {}

  /**
   * Of one checkpoint.
   *
   * @param threads number of them
   * @param mappings number of mapped files
   * @param unknown number of files without a handle
   */
  static List<Row> of(int threads, int mappings, long unknown) {
    Losses all = new Losses();
    all.add("process", "id, parent, group, session, credentials, limits, umask, times");
    all.add("directories", "working and root directory, and the program's own file");
    all.add("arguments", "and environment: they are in memory, and nothing says where");
    all.add("vector registers", "XMM, YMM and MXCSR: only the x87 part of the state is kept");
    all.add("thread pointers", "the bases of fs and gs, on which thread-local storage hangs");
    all.add(
        "descriptors", "0 to 2, and all that are not files: sockets, pipes, kqueues, terminals");
    all.add("descriptions", "which descriptors share an offset; close-on-exec; locks");
    all.add("files", "names: a handle is for the system and the file system that made it");
    all.add("signals", "that wait; alternate stacks; signal masks of all threads but the first");
    all.add(mappings > 0, "file mappings", "offsets, shown as 0, and which of them were shared");
    all.add(unknown > 0, "handles", "of %d files, whose file system has none".formatted(unknown));
    all.add(
        threads > 1,
        "threads",
        "DragonFly brings back the first one alone; %d more are shown here".formatted(threads - 1));
    return all.rows;
  }

  private void add(String what, String text) {
    rows.add(new Row().put("what", what).put("lost", text));
  }

  private void add(boolean holds, String what, String text) {
    if (holds) {
      add(what, text);
    }
  }
}

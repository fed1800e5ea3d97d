package org.ckimg.interop.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Row;

/** Notes that have no place in the model, counted by owner and type. */
final class OtherNotes {
  /** A hostile core has as many types as notes. */
  private static final int MAX_ROWS = 256;

  private record Kind(String owner, int type) {}

  private final Map<Kind, long[]> counts = new LinkedHashMap<>();
  private long more;

  void add(Note note) {
    Kind kind = new Kind(note.owner().toString(), note.type());
    if (counts.size() == MAX_ROWS && !counts.containsKey(kind)) {
      more++;
      return;
    }
    long[] sums = counts.computeIfAbsent(kind, k -> new long[2]);
    sums[0]++;
    sums[1] += note.length();
  }

  /** Adds a table of them, when there are any, and says that some are left out of that. */
  void report(List<Annex> annexes, List<String> warnings) {
    List<Row> rows = new ArrayList<>();
    counts.forEach((kind, sums) ->
        rows.add(
            new Row()
                .put("owner", kind.owner)
                .hex("type", kind.type)
                .number("notes", sums[0])
                .number("bytes", sums[1])));
    if (!rows.isEmpty()) {
      annexes.add(new Annex("other-notes", rows));
    }
    if (more > 0) {
      warnings.add(more + " more notes are of types that are not understood");
    }
  }
}

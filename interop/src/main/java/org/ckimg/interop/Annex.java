package org.ckimg.interop;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of what an image says beside the checkpoint. Nothing that ckimg restores is in one.
 *
 * @param name such as {@code mounts}; lower case, words joined by a hyphen
 * @param rows each a line of named values, as text that is safe to print; in the order of the image
 */
public record Annex(String name, List<Map<String, String>> rows) {
  /** Copies the rows; the order of their values is kept. */
  public Annex {
    rows = rows.stream().map(row -> Collections.unmodifiableMap(new LinkedHashMap<>(row))).toList();
  }

  /** The same, of rows that are not changed any more. */
  public static Annex of(String name, List<Row> rows) {
    return new Annex(name, rows.stream().map(Row::values).toList());
  }
}

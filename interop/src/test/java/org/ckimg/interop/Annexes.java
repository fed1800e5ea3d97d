package org.ckimg.interop;

import java.util.List;
import java.util.Map;

/** What foreign images say in tables. */
public final class Annexes {
  private Annexes() {}

  /** The rows of a table; of one that is not there none. */
  public static List<Map<String, String>> rows(ForeignImage image, String table) {
    return image.annexes().stream()
        .filter(annex -> annex.name().equals(table))
        .flatMap(annex -> annex.rows().stream())
        .map(Row::values)
        .toList();
  }
}

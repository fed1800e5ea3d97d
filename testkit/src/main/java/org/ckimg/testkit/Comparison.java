package org.ckimg.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Counts what was compared and equal, by subject. */
public final class Comparison {
  private final Map<String, int[]> counts = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();
  private String where = "";

  /** Nothing was compared yet. */
  public Comparison() {}

  /** Where the next values stand, for {@link #differences}. */
  public void at(String place) {
    where = place;
  }

  /** Counts one value, and notes it when it differs. */
  public void equal(String subject, Object expected, Object actual) {
    int[] count = counts.computeIfAbsent(subject, s -> new int[2]);
    count[0]++;
    if (Objects.equals(expected, actual)) {
      count[1]++;
    } else {
      differences.add("%s %s: %s expected, %s found".formatted(where, subject, expected, actual));
    }
  }

  /** What differed, one line each. */
  public List<String> differences() {
    return differences;
  }

  /** One line for each subject. */
  public String table() {
    StringBuilder table = new StringBuilder("%-24s %9s %9s%n".formatted("", "compared", "equal"));
    int[] sum = new int[2];
    counts.forEach((subject, count) -> {
      table.append("%-24s %9d %9d%n".formatted(subject, count[0], count[1]));
      sum[0] += count[0];
      sum[1] += count[1];
    });
    return table.append("%-24s %9d %9d%n".formatted("all", sum[0], sum[1])).toString();
  }
}

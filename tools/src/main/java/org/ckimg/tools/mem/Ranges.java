package org.ckimg.tools.mem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ranges of numbers, each its first and the first behind it. */
public final class Ranges {
  private Ranges() {}

  /**
   * The same numbers in ascending ranges that do not touch.
   *
   * @param ranges in any order, also over each other; the list is sorted
   */
  public static List<long[]> joined(List<long[]> ranges) {
    ranges.sort(Comparator.comparingLong(range -> range[0]));
    List<long[]> joined = new ArrayList<>();
    for (long[] range : ranges) {
      if (!joined.isEmpty() && joined.getLast()[1] >= range[0]) {
        joined.getLast()[1] = Math.max(joined.getLast()[1], range[1]);
      } else {
        joined.add(range.clone());
      }
    }
    return joined;
  }
}

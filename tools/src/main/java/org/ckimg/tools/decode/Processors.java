package org.ckimg.tools.decode;

import java.util.BitSet;
import org.ckimg.spec.model.Bytes;

/** Sets of processors. */
public final class Processors {
  private Processors() {}

  /** Ranges as taskset(1) writes them, such as {@code 0-3,7}; bit n of byte n / 8 is CPU n. */
  public static String ranges(Bytes affinity) {
    BitSet set = BitSet.valueOf(affinity.toArray());
    StringBuilder ranges = new StringBuilder();
    for (int first = set.nextSetBit(0); first >= 0; ) {
      int end = set.nextClearBit(first);
      ranges.append(ranges.isEmpty() ? "" : ",").append(first);
      if (end - first > 1) {
        ranges.append('-').append(end - 1);
      }
      first = set.nextSetBit(end);
    }
    return ranges.toString();
  }
}

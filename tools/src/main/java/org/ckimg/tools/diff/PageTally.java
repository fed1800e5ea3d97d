package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.List;

/** Adds up what happened to pages, which come by address. */
final class PageTally {
  private final long[] counts = new long[PageChange.values().length];
  private final List<PageRange> ranges = new ArrayList<>();
  private boolean fresh;
  private long common;
  private long read;

  /** Another mapping starts: what comes is a range of its own. */
  void startMapping() {
    fresh = true;
  }

  /** Pages that both images have. */
  void addCommon(long page, long numPages, PageChange change) {
    common += numPages;
    add(page, numPages, change);
  }

  void add(long page, long numPages, PageChange change) {
    counts[change.ordinal()] += numPages;
    if (change == PageChange.SAME || change == PageChange.UNKNOWN) {
      return;
    }
    boolean continues = !fresh && !ranges.isEmpty();
    fresh = false;
    if (continues) {
      PageRange last = ranges.getLast();
      if (last.endPage() == page && last.change() == change) {
        ranges.set(ranges.size() - 1, new PageRange(last.firstPage(), page + numPages, change));
        return;
      }
    }
    ranges.add(new PageRange(page, page + numPages, change));
  }

  /** What was found elsewhere, {@code shift} pages before here; nothing was read for it. */
  void addAll(PageDiff found, long shift) {
    long same = found.compared() - found.changed() - found.zeroed();
    common += found.compared();
    counts[PageChange.SAME.ordinal()] += same;
    counts[PageChange.UNKNOWN.ordinal()] += found.unknown();
    for (PageRange range : found.ranges()) {
      add(range.firstPage() + shift, range.endPage() - range.firstPage(), range.change());
    }
  }

  /** Takes note that pages had to be read. */
  void addRead(long numPages) {
    read += numPages;
  }

  PageDiff result() {
    return new PageDiff(
        common,
        count(PageChange.CHANGED),
        count(PageChange.ZEROED),
        count(PageChange.ADDED),
        count(PageChange.DROPPED),
        count(PageChange.UNKNOWN),
        read,
        ranges);
  }

  private long count(PageChange change) {
    return counts[change.ordinal()];
  }
}

package org.ckimg.spec.model;

import java.util.Arrays;

/** Runs of consecutive pages: sorted, disjoint, as long as they go. Immutable, 16 bytes a run. */
public final class PageRuns {
  /** No page. */
  public static final PageRuns EMPTY = new PageRuns(new long[0], 0);

  private final long[] firstAndCount;
  private final long numPages;

  private PageRuns(long[] firstAndCount, long numPages) {
    this.firstAndCount = firstAndCount;
    this.numPages = numPages;
  }

  /** Number of runs. */
  public int size() {
    return firstAndCount.length / 2;
  }

  /** First page of a run. */
  public long first(int run) {
    return firstAndCount[2 * run];
  }

  /** Pages in a run. */
  public long count(int run) {
    return firstAndCount[2 * run + 1];
  }

  /** First page behind a run. */
  public long end(int run) {
    return first(run) + count(run);
  }

  /** Pages in front of each run, in the order of the runs. */
  public long[] before() {
    long[] before = new long[size()];
    for (int run = 1; run < before.length; run++) {
      before[run] = before[run - 1] + count(run - 1);
    }
    return before;
  }

  /** Pages in all runs. */
  public long numPages() {
    return numPages;
  }

  /** Index of the last run that starts at or before {@code page}, -1 when there is none. */
  public int floor(long page) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (first(middle) <= page) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** The pages that are here and not in {@code other}. */
  public PageRuns without(PageRuns other) {
    Builder rest = new Builder();
    int next = 0;
    for (int run = 0; run < size(); run++) {
      long page = first(run);
      while (next < other.size() && other.end(next) <= page) {
        next++;
      }
      for (int at = next; at < other.size() && other.first(at) < end(run); at++) {
        if (other.first(at) > page) {
          rest.add(page, other.first(at) - page);
        }
        page = other.end(at);
      }
      if (page < end(run)) {
        rest.add(page, end(run) - page);
      }
    }
    return rest.build();
  }

  /** True when {@code page} is in a run. */
  public boolean contains(long page) {
    int run = floor(page);
    return run >= 0 && page < end(run);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PageRuns runs && Arrays.equals(firstAndCount, runs.firstAndCount);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(firstAndCount);
  }

  @Override
  public String toString() {
    return size() + " runs, " + numPages + " pages";
  }

  /** Collects runs in ascending order and joins those that touch. */
  public static final class Builder {
    private long[] values = new long[16];
    private int length;
    private long numPages;

    /** Nothing yet. */
    public Builder() {}

    /** Adds {@code count} pages from {@code first}, which lies behind all pages added before. */
    public Builder add(long first, long count) {
      if (count <= 0) {
        throw new IllegalArgumentException("a run of " + count + " pages");
      }
      long end = length == 0 ? 0 : values[length - 2] + values[length - 1];
      if (length != 0 && first < end) {
        throw new IllegalArgumentException("page " + first + " lies before page " + end);
      }
      numPages += count;
      if (length != 0 && first == end) {
        values[length - 1] += count;
        return this;
      }
      if (length == values.length) {
        values = Arrays.copyOf(values, 2 * length);
      }
      values[length++] = first;
      values[length++] = count;
      return this;
    }

    /** Adds all runs, which lie behind all pages added before. */
    public Builder addAll(PageRuns runs) {
      for (int run = 0; run < runs.size(); run++) {
        add(runs.first(run), runs.count(run));
      }
      return this;
    }

    /** The runs so far. */
    public PageRuns build() {
      return new PageRuns(Arrays.copyOf(values, length), numPages);
    }
  }
}

package org.ckimg.interop.criu;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.Finding;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.model.PageRuns;

/** Where each page of an object is, over all sets of a chain. Immutable, 32 bytes a run. */
final class PageTable implements PageStore {
  static final PageTable EMPTY = new Builder(0).build();

  private static final int FIRST = 0;
  private static final int COUNT = 1;
  private static final int SOURCE = 2;
  private static final int PLACE = 3;
  private static final int WORDS = 4;

  /** So many pages of 64 KiB fit into one read. */
  private static final int READ_PAGES = 1 << 14;

  private final int pageShift;
  private final long[] values;
  private final List<ByteSource> sources;
  private final PageRuns pages;
  private final PageRuns inherited;
  private final long missing;

  private PageTable(Builder builder) {
    this.pageShift = builder.pageShift;
    this.values = Arrays.copyOf(builder.values, builder.length);
    this.sources = List.copyOf(builder.sources);
    this.pages = builder.pages.build();
    this.inherited = builder.inherited.build();
    this.missing = builder.missing;
  }

  private int size() {
    return values.length / WORDS;
  }

  private long value(int run, int word) {
    return values[run * WORDS + word];
  }

  private long end(int run) {
    return value(run, FIRST) + value(run, COUNT);
  }

  /** Index of the first run that ends behind {@code page}. */
  private int runAt(long page) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (end(middle) <= page) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public PageRuns pages() {
    return pages;
  }

  @Override
  public PageRuns inherited() {
    return inherited;
  }

  /** Pages that exist and are not in the chain. */
  long missing() {
    return missing;
  }

  @Override
  public void read(long firstPage, int numPages, MemorySegment into) throws IOException {
    long page = firstPage;
    long end = firstPage + numPages;
    for (int run = runAt(page); page < end; run++) {
      if (run == size() || value(run, FIRST) > page) {
        throw new IllegalArgumentException("page " + page + " is not there");
      }
      int count = (int) Math.min(READ_PAGES, Math.min(end, end(run)) - page);
      read(run, page, into.asSlice(page - firstPage << pageShift, (long) count << pageShift));
      page += count;
      if (page < end(run)) {
        run--;
      }
    }
  }

  private void read(int run, long page, MemorySegment into) throws IOException {
    ByteSource source = sources.get((int) value(run, SOURCE));
    long offset = value(run, PLACE) + page - value(run, FIRST) << pageShift;
    if (source.read(offset, into.asByteBuffer()) < into.byteSize()) {
      throw new TruncatedImageException(
          new Finding(CriuRule.PAGES, source.name(), offset, "became shorter while it was read"));
    }
  }

  /** Collects runs in ascending order. */
  static final class Builder {
    private final int pageShift;
    private long[] values = new long[16 * WORDS];
    private int length;
    private final List<ByteSource> sources = new ArrayList<>();
    private final PageRuns.Builder pages = new PageRuns.Builder();
    private final PageRuns.Builder inherited = new PageRuns.Builder();
    private long missing;

    Builder(int pageShift) {
      this.pageShift = pageShift;
    }

    /** Adds pages of a source, {@code place} pages from its start. */
    void add(long first, long count, ByteSource source, long place) {
      pages.add(first, count);
      append(first, count, source(source), place);
    }

    /** Adds what {@code parent} has of a range. */
    void inherit(long first, long count, PageTable parent) {
      long end = first + count;
      long found = 0;
      for (int run = parent.runAt(first); run < parent.size(); run++) {
        long from = Math.max(first, parent.value(run, FIRST));
        long to = Math.min(end, parent.end(run));
        if (from >= to) {
          break;
        }
        long place = parent.value(run, PLACE) + from - parent.value(run, FIRST);
        pages.add(from, to - from);
        inherited.add(from, to - from);
        ByteSource source = parent.sources.get((int) parent.value(run, SOURCE));
        append(from, to - from, source(source), place);
        found += to - from;
      }
      missing += count - found;
    }

    /** Notes pages that exist elsewhere. */
    void miss(long count) {
      missing += count;
    }

    private int source(ByteSource source) {
      int known = sources.size() - 1;
      while (known >= 0 && sources.get(known) != source) {
        known--;
      }
      if (known >= 0) {
        return known;
      }
      sources.add(source);
      return sources.size() - 1;
    }

    private void append(long first, long count, int source, long place) {
      if (length > 0) {
        int last = length - WORDS;
        boolean joins =
            values[last + FIRST] + values[last + COUNT] == first
                && values[last + SOURCE] == source
                && values[last + PLACE] + values[last + COUNT] == place;
        if (joins) {
          values[last + COUNT] += count;
          return;
        }
      }
      if (length == values.length) {
        values = Arrays.copyOf(values, 2 * length);
      }
      values[length + FIRST] = first;
      values[length + COUNT] = count;
      values[length + SOURCE] = source;
      values[length + PLACE] = place;
      length += WORDS;
    }

    PageTable build() {
      return new PageTable(this);
    }
  }
}

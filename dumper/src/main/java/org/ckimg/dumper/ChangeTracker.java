package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.proc.PageScan;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.remote.WriteTracker;
import org.ckimg.spec.model.PageRuns;

/**
 * Which private pages of a process are as they were at its last dump, across several dumps. A page
 * counts as unchanged only if its mapping was tracked in that dump and at every moment since.
 */
public final class ChangeTracker implements AutoCloseable {
  private static final int PAGE_SHIFT = 12;
  private static final int WRITE = 2;

  private final int pid;
  private final WriteTracker writes;
  private PageRuns known = PageRuns.EMPTY;
  private PageRuns seen = PageRuns.EMPTY;

  private boolean committed;

  private ChangeTracker(int pid, WriteTracker writes) {
    this.pid = pid;
    this.writes = writes;
  }

  /**
   * Tracks a process from now on, which stands still for a moment.
   *
   * @throws org.ckimg.linux.sys.SyscallException where the kernel cannot or may not do this
   */
  public static ChangeTracker of(int pid) throws IOException {
    try (Tracer tracer = new Tracer()) {
      return new ChangeTracker(pid, tracer.call(() -> WriteTracker.install(pid)));
    }
  }

  /** Before the stop: tracks what is not tracked yet, and of which nothing is known therefore. */
  void prepare() throws IOException {
    PageRuns.Builder fresh = new PageRuns.Builder();
    try (PageScan scan = PageScan.open(pid)) {
      for (Mapping mapping : Maps.read(pid)) {
        boolean wanted = !mapping.shared() && (mapping.protection() & WRITE) != 0;
        if (wanted && writes.add(scan, mapping.start(), mapping.end())) {
          fresh.add(mapping.start() >>> PAGE_SHIFT, mapping.end() - mapping.start() >>> PAGE_SHIFT);
        }
      }
    }
    known = known.without(fresh.build());
  }

  /** In the stop: the pages that are as they were at the last dump. */
  PageRuns unchanged(List<Area> areas) throws IOException {
    PageRuns.Builder tracked = new PageRuns.Builder();
    PageRuns.Builder written = new PageRuns.Builder();
    try (PageScan scan = PageScan.open(pid)) {
      for (Area area : areas) {
        Optional<PageRuns> pages = written(scan, area);
        if (pages.isPresent()) {
          tracked.add(area.firstPage(), area.numPages());
          written.addAll(pages.get());
        }
      }
    }
    seen = tracked.build();
    PageRuns unchanged = seen.without(seen.without(known)).without(written.build());
    // Should the dump fail, nothing is known of what was written before it.
    known = PageRuns.EMPTY;
    return unchanged;
  }

  /** Empty when not all of the area is tracked; else the pages count as not written from now on. */
  private static Optional<PageRuns> written(PageScan scan, Area area) throws IOException {
    if (!area.isPrivate()) {
      return Optional.empty();
    }
    PageRuns.Builder pages = new PageRuns.Builder();
    boolean all =
        scan.written(
            area.mapping().start(),
            area.mapping().end(),
            true,
            (address, count) -> pages.add(address >>> PAGE_SHIFT, count));
    return all ? Optional.of(pages.build()) : Optional.empty();
  }

  /** The next image will hold more than this process; what it then continues is not known here. */
  void forget() {
    known = PageRuns.EMPTY;
    seen = PageRuns.EMPTY;
  }

  /** True when there was a dump before. */
  boolean hasCommitted() {
    return committed;
  }

  /** The dump is there: what is not written from its stop on is as it is in there. */
  void commit() {
    known = seen;
    committed = true;
  }

  @Override
  public void close() {
    writes.close();
  }
}

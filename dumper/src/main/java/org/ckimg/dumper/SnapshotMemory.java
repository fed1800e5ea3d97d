package org.ckimg.dumper;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.proc.PageScan;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;

/**
 * Pages of a process. Private memory comes from whoever has it unchanged: the copy-on-write child,
 * or the target while it stands still; everything else comes from the target in the stop. For one
 * thread.
 */
final class SnapshotMemory implements Memory, AutoCloseable {
  private static final int PAGE_SHIFT = 12;

  private final int target;
  private final DumpWatcher watcher;
  private final KnownPages base;
  private final PageRuns unchanged;
  private final List<MemoryObject> objects;
  private final List<Area> areas;
  private final List<Vma> vmas;
  private final Map<Integer, Integer> contentFds = new HashMap<>();
  private final int targetFd;
  private int snapshot;
  private int snapshotFd;

  /**
   * Memory of a stopped process.
   *
   * @param watcher told of each read
   * @param contentLinks path below /proc that opens each content object's file, by object id
   * @param base what is known of the parent's pages
   * @param unchanged private pages that are as in the parent
   */
  SnapshotMemory(
      int target,
      List<MemoryObject> objects,
      List<Area> areas,
      List<Vma> vmas,
      Map<Integer, String> contentLinks,
      KnownPages base,
      PageRuns unchanged,
      DumpWatcher watcher)
      throws IOException {
    this.target = target;
    this.watcher = watcher;
    this.base = base;
    this.unchanged = unchanged;
    this.objects = objects;
    this.areas = areas;
    this.vmas = vmas;
    this.targetFd = openMemory(target);
    this.snapshot = target;
    this.snapshotFd = targetFd;
    for (var entry : contentLinks.entrySet()) {
      contentFds.put(
          entry.getKey(),
          FileCalls.open(entry.getValue(), FileCalls.O_RDONLY | FileCalls.O_CLOEXEC));
    }
  }

  private static int openMemory(int pid) throws SyscallException {
    return FileCalls.open("/proc/" + pid + "/mem", FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
  }

  /** From now on private memory is read from a copy-on-write child. */
  void readPrivateFrom(int child) throws IOException {
    snapshot = child;
    snapshotFd = openMemory(child);
  }

  @Override
  public PageRuns pages(int object) throws IOException {
    return switch (objects.get(object - 1).kind()) {
      case PRIVATE -> scan(object, snapshot);
      case PRIVATE_IN_STOP -> scan(object, target);
      case SHARED -> covered(object);
      case FILE -> ofFile(objects.get(object - 1).length());
      case MEMFD, SYSV, QUEUE -> PageRuns.EMPTY;
    };
  }

  @Override
  public PageRuns unchanged(int object) {
    return objects.get(object - 1).kind() == MemoryObject.Kind.PRIVATE ? unchanged : PageRuns.EMPTY;
  }

  @Override
  public KnownPages base() {
    return base;
  }

  private PageRuns scan(int object, int pid) throws IOException {
    PageRuns.Builder runs = new PageRuns.Builder();
    try (PageScan scan = PageScan.open(pid)) {
      for (int i = 0; i < vmas.size(); i++) {
        Vma vma = vmas.get(i);
        if (vma.object().isPresent() && vma.object().getAsInt() == object) {
          scan.scan(
              areas.get(i).mapping().start(),
              areas.get(i).mapping().end(),
              vma.file().isPresent(),
              (address, count) -> runs.add(address >>> PAGE_SHIFT, count));
        }
      }
    }
    return runs.build();
  }

  /** Pages of shared memory that some mapping shows, each once. */
  private PageRuns covered(int object) {
    PageRuns.Builder runs = new PageRuns.Builder();
    long done = 0;
    List<Vma> views =
        vmas.stream()
            .filter(v -> v.object().isPresent() && v.object().getAsInt() == object)
            .sorted(java.util.Comparator.comparingLong(Vma::objectPage))
            .toList();
    for (Vma view : views) {
      long from = Math.max(done, view.objectPage());
      long end = view.objectPage() + view.numPages();
      if (end > from) {
        runs.add(from, end - from);
        done = end;
      }
    }
    return runs.build();
  }

  private static PageRuns ofFile(long length) {
    long pages = length + (1 << PAGE_SHIFT) - 1 >>> PAGE_SHIFT;
    return pages == 0 ? PageRuns.EMPTY : new PageRuns.Builder().add(0, pages).build();
  }

  @Override
  public void read(int object, long firstPage, int numPages, MemorySegment into)
      throws IOException {
    if (watcher.isCancelled()) {
      throw new IOException("cancelled");
    }
    MemorySegment pages = into.asSlice(0, (long) numPages << PAGE_SHIFT);
    switch (objects.get(object - 1).kind()) {
      case PRIVATE -> readAll(snapshotFd, firstPage << PAGE_SHIFT, pages);
      case PRIVATE_IN_STOP -> readAll(targetFd, firstPage << PAGE_SHIFT, pages);
      case SHARED -> readShared(object, firstPage, pages);
      case FILE -> readFile(object, firstPage, pages);
      case MEMFD, SYSV, QUEUE -> throw new IllegalArgumentException("object " + object);
    }
    watcher.copied(pages.byteSize());
  }

  private void readShared(int object, long firstPage, MemorySegment pages) throws IOException {
    long page = firstPage;
    long end = firstPage + (pages.byteSize() >>> PAGE_SHIFT);
    while (page < end) {
      Vma view = viewOf(object, page);
      long count = Math.min(end, view.objectPage() + view.numPages()) - page;
      long address = view.firstPage() + page - view.objectPage() << PAGE_SHIFT;
      MemorySegment part = pages.asSlice(page - firstPage << PAGE_SHIFT, count << PAGE_SHIFT);
      readAll(targetFd, address, part);
      page += count;
    }
  }

  private Vma viewOf(int object, long page) {
    return vmas.stream()
        .filter(v -> v.object().isPresent() && v.object().getAsInt() == object)
        .filter(v -> page >= v.objectPage() && page < v.objectPage() + v.numPages())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("page " + page + " is not mapped"));
  }

  private void readFile(int object, long firstPage, MemorySegment pages) throws IOException {
    int fd = contentFds.get(object);
    pages.fill((byte) 0);
    long start = firstPage << PAGE_SHIFT;
    long wanted = Math.min(pages.byteSize(), objects.get(object - 1).length() - start);
    long done = 0;
    while (done < wanted) {
      long n = FileCalls.pread(fd, pages.asSlice(done, wanted - done), start + done);
      if (n == 0) {
        return;
      }
      done += n;
    }
  }

  private void readAll(int fd, long address, MemorySegment into) throws IOException {
    long done = 0;
    while (done < into.byteSize()) {
      long n = FileCalls.pread(fd, into.asSlice(done), address + done);
      if (n == 0) {
        throw new SyscallException(
            "pread", Errno.EIO, "pid %d at 0x%x: the process is gone".formatted(snapshot, address));
      }
      done += n;
    }
  }

  @Override
  public void close() {
    contentFds.values().forEach(FileCalls::close);
    if (snapshotFd != targetFd) {
      FileCalls.close(snapshotFd);
    }
    FileCalls.close(targetFd);
  }
}

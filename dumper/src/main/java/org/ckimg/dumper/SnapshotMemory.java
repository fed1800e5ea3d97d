package org.ckimg.dumper;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
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
 * Pages of processes. Private memory comes from whoever has it unchanged: the copy-on-write child,
 * or the target while it stands still; everything else comes from the targets in the stop. For one
 * thread.
 */
final class SnapshotMemory implements Memory, AutoCloseable {
  private static final int PAGE_SHIFT = 12;

  private final DumpWatcher watcher;
  private final KnownPages base;
  private final PageRuns unchanged;
  private final Objects objects;
  private final List<View> views = new ArrayList<>();
  private final Map<Integer, Source> sources = new HashMap<>();
  private final FileContents contents;

  /** A mapping of a process. */
  private record View(int pid, Area area, Vma vma) {
    boolean shows(int object) {
      return vma.object().isPresent() && vma.object().getAsInt() == object;
    }
  }

  /** Where the memory of a process is read: in itself, and in what has its private memory. */
  private static final class Source implements AutoCloseable {
    private final int fd;
    private int snapshot;
    private int snapshotFd;

    Source(int pid) throws IOException {
      fd = openMemory(pid);
      snapshot = pid;
      snapshotFd = fd;
    }

    void readPrivateFrom(int child) throws IOException {
      snapshotFd = openMemory(child);
      snapshot = child;
    }

    @Override
    public void close() {
      if (snapshotFd != fd) {
        FileCalls.close(snapshotFd);
      }
      FileCalls.close(fd);
    }
  }

  /**
   * Memory of stopped processes.
   *
   * @param watcher told of each read
   * @param contents of files; closed with the memory
   * @param base what is known of the parent's pages
   * @param unchanged private pages of the only process that are as in the parent
   */
  SnapshotMemory(
      List<Member> members,
      Objects objects,
      FileContents contents,
      KnownPages base,
      PageRuns unchanged,
      DumpWatcher watcher)
      throws IOException {
    this.watcher = watcher;
    this.base = base;
    this.unchanged = unchanged;
    this.objects = objects;
    this.contents = contents;
    for (Member member : members) {
      List<Vma> vmas = objects.vmas(member);
      for (int i = 0; i < vmas.size(); i++) {
        views.add(new View(member.pid(), member.areas().get(i), vmas.get(i)));
      }
    }
    try {
      for (Member member : members) {
        sources.put(member.pid(), new Source(member.pid()));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  static int openMemory(int pid) throws SyscallException {
    return FileCalls.open("/proc/" + pid + "/mem", FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
  }

  /** From now on the private memory of a process is read from its copy-on-write child. */
  void readPrivateFrom(int pid, int child) throws IOException {
    sources.get(pid).readPrivateFrom(child);
  }

  @Override
  public PageRuns pages(int object) throws IOException {
    MemoryObject wanted = objects.all().get(object - 1);
    return switch (wanted.kind()) {
      case PRIVATE -> scan(object, true);
      case PRIVATE_IN_STOP -> scan(object, false);
      case SHARED -> covered(object);
      case FILE, MEMFD, SYSV -> contents.get(object).pages();
      case QUEUE -> ofQueue(wanted.length());
    };
  }

  @Override
  public PageRuns unchanged(int object) {
    boolean isPrivate = objects.all().get(object - 1).kind() == MemoryObject.Kind.PRIVATE;
    return isPrivate ? unchanged : PageRuns.EMPTY;
  }

  @Override
  public KnownPages base() {
    return base;
  }

  private PageRuns scan(int object, boolean inChild) throws IOException {
    PageRuns.Builder runs = new PageRuns.Builder();
    List<View> shown = views.stream().filter(view -> view.shows(object)).toList();
    Source source = sources.get(shown.getFirst().pid());
    int pid = inChild ? source.snapshot : shown.getFirst().pid();
    try (PageScan scan = PageScan.open(pid)) {
      for (View view : shown) {
        scan.scan(
            view.area().mapping().start(),
            view.area().mapping().end(),
            view.vma().file().isPresent(),
            (address, count) -> runs.add(address >>> PAGE_SHIFT, count));
      }
    }
    return runs.build();
  }

  /** Pages of shared memory that some mapping shows, each once. */
  private PageRuns covered(int object) {
    PageRuns.Builder runs = new PageRuns.Builder();
    long done = 0;
    List<Vma> shown =
        views.stream()
            .filter(view -> view.shows(object))
            .map(View::vma)
            .sorted(Comparator.comparingLong(Vma::objectPage))
            .toList();
    for (Vma view : shown) {
      long from = Math.max(done, view.objectPage());
      long end = view.objectPage() + view.numPages();
      if (end > from) {
        runs.add(from, end - from);
        done = end;
      }
    }
    return runs.build();
  }

  private static PageRuns ofQueue(long length) {
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
    switch (objects.all().get(object - 1).kind()) {
      case PRIVATE -> {
        Source source = sourceOf(object);
        readAll(source.snapshotFd, source.snapshot, firstPage << PAGE_SHIFT, pages);
      }
      case PRIVATE_IN_STOP -> {
        Source source = sourceOf(object);
        readAll(source.fd, source.snapshot, firstPage << PAGE_SHIFT, pages);
      }
      case SHARED -> readShared(object, firstPage, pages);
      case FILE, MEMFD, SYSV -> contents.get(object).read(firstPage, pages);
      case QUEUE -> readQueue(object, firstPage, pages);
    }
    watcher.copied(pages.byteSize());
  }

  private Source sourceOf(int object) {
    return views.stream()
        .filter(view -> view.shows(object))
        .map(view -> sources.get(view.pid()))
        .findFirst()
        .orElseThrow();
  }

  private void readShared(int object, long firstPage, MemorySegment pages) throws IOException {
    long page = firstPage;
    long end = firstPage + (pages.byteSize() >>> PAGE_SHIFT);
    while (page < end) {
      View view = viewOf(object, page);
      Vma vma = view.vma();
      long count = Math.min(end, vma.objectPage() + vma.numPages()) - page;
      long address = vma.firstPage() + page - vma.objectPage() << PAGE_SHIFT;
      MemorySegment part = pages.asSlice(page - firstPage << PAGE_SHIFT, count << PAGE_SHIFT);
      readAll(sources.get(view.pid()).fd, view.pid(), address, part);
      page += count;
    }
  }

  private View viewOf(int object, long page) {
    return views.stream()
        .filter(view -> view.shows(object))
        .filter(view ->
            page >= view.vma().objectPage()
                && page < view.vma().objectPage() + view.vma().numPages())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("page " + page + " is not mapped"));
  }

  private void readQueue(int object, long firstPage, MemorySegment pages) {
    byte[] bytes = objects.queue(object);
    int start = (int) (firstPage << PAGE_SHIFT);
    int length = (int) Math.min(pages.byteSize(), bytes.length - start);
    pages.fill((byte) 0);
    MemorySegment.copy(bytes, start, pages, ValueLayout.JAVA_BYTE, 0, length);
  }

  private static void readAll(int fd, int pid, long address, MemorySegment into)
      throws IOException {
    long done = 0;
    while (done < into.byteSize()) {
      long n = FileCalls.pread(fd, into.asSlice(done), address + done);
      if (n == 0) {
        throw new SyscallException(
            "pread", Errno.EIO, "pid %d at 0x%x: the process is gone".formatted(pid, address));
      }
      done += n;
    }
  }

  @Override
  public void close() {
    contents.close();
    sources.values().forEach(Source::close);
  }
}

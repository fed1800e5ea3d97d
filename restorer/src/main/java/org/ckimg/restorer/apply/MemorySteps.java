package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ckimg.linux.probe.GuardPages;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** Builds the address space. */
final class MemorySteps {
  private static final int ARCH_MAP_VDSO_64 = 0x2003;
  private static final int PR_SET_MM = 35;
  private static final int PR_SET_MM_MAP = 14;
  private static final int MM_MAP_BYTES = 104;
  private static final long LOWEST = 0x1000;
  private static final long HIGHEST = 0x7ffffffff000L;
  private static final int PAGE_SHIFT = 12;

  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_GROWSDOWN = 0x100;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int MAP_FIXED_NOREPLACE = 0x100000;

  private final Construction construction;
  private final MappedFiles files;
  private final SharedObjects shared;

  MemorySteps(Construction construction) {
    this.construction = construction;
    this.files = new MappedFiles(construction);
    this.shared = new SharedObjects(construction);
  }

  void clear(Step.ClearMemory step) throws IOException {
    long free = LOWEST;
    for (long[] kept : kept()) {
      construction.check("munmap", "0x%x".formatted(free), Sys.MUNMAP, free, kept[0] - free);
      free = kept[1];
    }
    construction.check("munmap", "0x%x".formatted(free), Sys.MUNMAP, free, HIGHEST - free);
    if (step.vvarAddress() == 0) {
      return;
    }
    construction.check(
        "arch_prctl(ARCH_MAP_VDSO_64)",
        "0x%x".formatted(step.vvarAddress()),
        Sys.ARCH_PRCTL,
        ARCH_MAP_VDSO_64,
        step.vvarAddress());
    requireVdsoInPlace();
  }

  /** First byte and end of what building needs, by address; there is room between any two. */
  private List<long[]> kept() {
    List<long[]> kept = new ArrayList<>();
    Workbench bench = construction.workbench();
    kept.add(new long[] {bench.address(), bench.end()});
    construction
        .site()
        .sharedMemory()
        .forEach(
            (object, address) -> kept.add(new long[] {address, address + shared.bytes(object)}));
    kept.sort(Comparator.comparingLong(range -> range[0]));
    return kept;
  }

  void share(Step.MapShared step) throws IOException {
    shared.share(step.object());
  }

  private void requireVdsoInPlace() throws IOException {
    long wanted =
        construction.image().vmas().stream()
            .filter(v -> v.kind() == Vma.Kind.VDSO)
            .mapToLong(v -> v.firstPage() << PAGE_SHIFT)
            .findFirst()
            .orElse(0);
    for (Mapping mapping : Maps.read(construction.pid())) {
      if (mapping.isNamed("[vdso]") && mapping.start() == wanted) {
        return;
      }
    }
    throw new IOException(
        "this kernel does not lay its vdso at 0x%x as the program had it".formatted(wanted));
  }

  void map(Step.MapRange step) throws IOException {
    Vma vma = step.vma();
    if (vma.kind() == Vma.Kind.SHM || vma.kind() == Vma.Kind.SYSV) {
      shared.map(vma);
    } else if (vma.file().isPresent()) {
      mapFile(vma, vma.file().getAsInt());
    } else {
      mapAt(vma, flags(vma) | MAP_ANONYMOUS, -1, 0);
    }
  }

  private void mapFile(Vma vma, int file) throws IOException {
    boolean writable = vma.shared() && vma.flags().contains(VmaFlag.MAY_WRITE);
    int fd = files.open(file, writable);
    mapAt(vma, flags(vma), fd, vma.filePage() << PAGE_SHIFT);
  }

  private static int flags(Vma vma) {
    int flags = MAP_FIXED_NOREPLACE | (vma.shared() ? MAP_SHARED : MAP_PRIVATE);
    flags |= vma.flags().contains(VmaFlag.GROWSDOWN) ? MAP_GROWSDOWN : 0;
    return flags | (vma.flags().contains(VmaFlag.NORESERVE) ? MAP_NORESERVE : 0);
  }

  private void mapAt(Vma vma, int flags, int fd, long offset) throws IOException {
    long address = vma.firstPage() << PAGE_SHIFT;
    long length = vma.numPages() << PAGE_SHIFT;
    int protection = onceWritable(vma) ? vma.protection() | Vma.WRITE : vma.protection();
    long mapped =
        construction.check(
            "mmap",
            "0x%x, %d bytes".formatted(address, length),
            Sys.MMAP,
            address,
            length,
            protection,
            flags,
            fd,
            offset);
    Syscalls.check(
        "mmap", mapped == address ? 0 : -Errno.EEXIST, "0x%x: placed elsewhere".formatted(address));
  }

  /**
   * A private mapping that was written to and then protected still counts against the commit limit.
   * To get there again it takes the same way: writable, written, protected.
   */
  static boolean onceWritable(Vma vma) {
    return vma.flags().contains(VmaFlag.ACCOUNTED)
        && !vma.shared()
        && (vma.protection() & Vma.WRITE) == 0;
  }

  private void protect(Vma vma) throws IOException {
    long address = vma.firstPage() << PAGE_SHIFT;
    // The kernel forgets the accounting of a mapping without a page of its own.
    construction.remote().poke(address, construction.remote().peek(address, 1));
    construction.check(
        "mprotect",
        "0x%x".formatted(address),
        Sys.MPROTECT,
        address,
        vma.numPages() << PAGE_SHIFT,
        vma.protection());
  }

  void fill(Step.FillObject step) throws IOException {
    files.closeAll();
    new PageFiller(construction, shared).fill(step.object(), PageRuns.EMPTY);
  }

  void map(Step.MapObject step) throws IOException {
    files.closeAll();
    PageRuns mapped = new PageMapper(construction).map(step.object(), step.image().reader());
    new PageFiller(construction, shared).fill(step.object(), mapped);
  }

  void advise(Step.AdviseRange step) throws IOException {
    long address = step.vma().firstPage() << PAGE_SHIFT;
    long length = step.vma().numPages() << PAGE_SHIFT;
    if (onceWritable(step.vma())) {
      protect(step.vma());
    }
    if (step.vma().flags().contains(VmaFlag.GUARD)) {
      // First of all: memory that is locked or sealed takes no guards.
      madvise(address, length, GuardPages.MADV_GUARD_INSTALL);
    }
    for (VmaFlag flag : VmaFlag.values()) {
      if (step.vma().flags().contains(flag)) {
        advise(flag, address, length, step.vma().flags().contains(VmaFlag.LOCKED_ONFAULT));
      }
    }
  }

  private void advise(VmaFlag flag, long address, long length, boolean onFault) throws IOException {
    switch (flag) {
      case SHARED, GROWSDOWN, NORESERVE, MAY_WRITE, ACCOUNTED, GUARD, LOCKED_ONFAULT -> {}
      case HUGEPAGE -> madvise(address, length, 14);
      case NOHUGEPAGE -> madvise(address, length, 15);
      case DONTFORK -> madvise(address, length, 10);
      case WIPEONFORK -> madvise(address, length, 18);
      case DONTDUMP -> madvise(address, length, 16);
      case MERGEABLE -> madvise(address, length, 12);
      case RANDOM -> madvise(address, length, 1);
      case SEQUENTIAL -> madvise(address, length, 2);
      case LOCKED -> {
        String place = "0x%x".formatted(address);
        construction.check("mlock2", place, Sys.MLOCK2, address, length, onFault ? 1 : 0);
      }
      case SEALED ->
          construction.check("mseal", "0x%x".formatted(address), Sys.MSEAL, address, length, 0);
    }
  }

  private void madvise(long address, long length, int advice) throws IOException {
    construction.check(
        "madvise", "0x%x, %d".formatted(address, advice), Sys.MADVISE, address, length, advice);
  }

  /** {@code struct prctl_mm_map}: eleven bounds, the auxiliary vector, the executable. */
  void setLayout(Step.SetLayout step) throws IOException {
    files.closeAll();
    shared.close();
    byte[] auxv = construction.image().auxv().orElseThrow().toArray();
    MemoryLayout l = step.layout();
    List<Long> bounds =
        List.of(
            l.startCode(),
            l.endCode(),
            l.startData(),
            l.endData(),
            l.startBrk(),
            l.brk(),
            l.startStack(),
            l.argStart(),
            l.argEnd(),
            l.envStart(),
            l.envEnd());
    int exe = step.exe().isPresent() ? files.openFresh(step.exe().getAsInt()) : -1;
    ByteBuffer map = ByteBuffer.allocate(MM_MAP_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bounds.forEach(map::putLong);
    long auxvAddress = construction.workbench().put(MM_MAP_BYTES, auxv);
    map.putLong(auxvAddress).putInt(auxv.length).putInt(exe);
    construction.check(
        "prctl(PR_SET_MM_MAP)",
        "bounds and executable",
        Sys.PRCTL,
        PR_SET_MM,
        PR_SET_MM_MAP,
        construction.workbench().put(map.array()),
        MM_MAP_BYTES,
        0);
    if (exe >= 0) {
      construction.call(Sys.CLOSE, exe);
    }
  }
}

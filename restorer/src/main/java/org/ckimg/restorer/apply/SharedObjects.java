package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.sys.Sys;
import org.ckimg.restorer.tree.SharedSegment;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/**
 * Shared memory, anonymous and of System V. Each object is mapped whole at a place of its own while
 * the process is built; what the program sees of it are further views of that mapping, mremap(2)
 * with old size 0.
 */
final class SharedObjects {
  private static final int PAGE_SHIFT = 12;
  private static final long PAGE = 1L << PAGE_SHIFT;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED_ANONYMOUS_NOREPLACE = 0x100021;
  private static final int MREMAP_MAYMOVE_FIXED = 3;

  private final Construction construction;
  private final Map<Integer, Long> places = new HashMap<>();

  SharedObjects(Construction construction) {
    this.construction = construction;
  }

  void map(Vma vma) throws IOException {
    long whole = place(vma.object().orElseThrow());
    long address = vma.firstPage() << PAGE_SHIFT;
    long length = vma.numPages() << PAGE_SHIFT;
    boolean entire = vma.objectPage() == 0 && length == bytes(vma.object().getAsInt());
    if (vma.kind() == Vma.Kind.SYSV && entire && !vma.flags().contains(VmaFlag.MAY_WRITE)) {
      construction
          .site()
          .madeSegments()
          .attachReadOnly(construction, vma.object().getAsInt(), address);
      return;
    }
    construction.check(
        "mremap",
        "shared memory at 0x%x".formatted(address),
        Sys.MREMAP,
        whole + (vma.objectPage() << PAGE_SHIFT),
        0,
        length,
        MREMAP_MAYMOVE_FIXED,
        address);
    construction.check(
        "mprotect", "0x%x".formatted(address), Sys.MPROTECT, address, length, vma.protection());
  }

  /** Maps an object that the processes to be forked will see too. */
  void share(int object) throws IOException {
    List<ProcessState> all = construction.checkpoint().processes();
    construction.site().sharedMemory().put(object, create(object, all));
  }

  /** Where the whole object is mapped. */
  long place(int object) throws IOException {
    Long shared = construction.site().sharedMemory().get(object);
    if (shared != null) {
      return shared;
    }
    Long known = places.get(object);
    if (known == null) {
      known = create(object, List.of(construction.image()));
      places.put(object, known);
    }
    return known;
  }

  private long create(int object, List<ProcessState> images) throws IOException {
    long length = bytes(object);
    long address = Workbench.freeSpace(construction.pid(), images, length);
    Optional<SharedSegment> segment =
        SharedSegment.of(construction.checkpoint()).stream()
            .filter(one -> one.object() == object)
            .findFirst();
    if (segment.isPresent()) {
      return construction.site().madeSegments().attach(construction, segment.get(), address);
    }
    return construction.check(
        "mmap",
        "shared memory of %d bytes".formatted(length),
        Sys.MMAP,
        address,
        length,
        PROT_READ_WRITE,
        MAP_SHARED_ANONYMOUS_NOREPLACE,
        -1,
        0);
  }

  /** Length of an object in whole pages. */
  long bytes(int object) {
    return construction.checkpoint().object(object).length() + PAGE - 1 & -PAGE;
  }

  /** Leaves only the program's own views. */
  void close() throws IOException {
    unmap(places);
    places.clear();
    unmap(construction.site().sharedMemory());
  }

  private void unmap(Map<Integer, Long> wholes) throws IOException {
    for (var whole : wholes.entrySet()) {
      long length = bytes(whole.getKey());
      construction.check(
          "munmap", "0x%x".formatted(whole.getValue()), Sys.MUNMAP, whole.getValue(), length);
    }
  }
}

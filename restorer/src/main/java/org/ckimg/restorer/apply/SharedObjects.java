package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.ckimg.linux.sys.Sys;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.Vma;

/**
 * Shared anonymous memory. Each object is mapped whole at a place of its own while the process is
 * built; what the program sees of it are further views of that mapping, mremap(2) with old size 0.
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

  /** Where the whole object is mapped. */
  long place(int object) throws IOException {
    Long known = places.get(object);
    if (known != null) {
      return known;
    }
    long length = bytes(construction.checkpoint().object(object));
    long address = Workbench.freeSpace(construction.pid(), construction.image(), length);
    construction.check(
        "mmap",
        "shared memory of %d bytes".formatted(length),
        Sys.MMAP,
        address,
        length,
        PROT_READ_WRITE,
        MAP_SHARED_ANONYMOUS_NOREPLACE,
        -1,
        0);
    places.put(object, address);
    return address;
  }

  private static long bytes(MemoryObject object) {
    return object.length() + PAGE - 1 & -PAGE;
  }

  /** Leaves only the program's own views. */
  void close() throws IOException {
    for (var place : places.entrySet()) {
      long length = bytes(construction.checkpoint().object(place.getKey()));
      construction.check(
          "munmap", "0x%x".formatted(place.getValue()), Sys.MUNMAP, place.getValue(), length);
    }
    places.clear();
  }
}

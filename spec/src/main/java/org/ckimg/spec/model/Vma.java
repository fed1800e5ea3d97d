package org.ckimg.spec.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A mapping. Places are page numbers, so that no address is negative.
 *
 * @param kind what it is
 * @param firstPage first page of the address range
 * @param numPages pages in it, at least 1
 * @param protection 1 read, 2 write, 4 execute
 * @param flags properties
 * @param object id of the object with its pages; absent when no page of it is carried
 * @param objectPage page of that object at {@code firstPage}
 * @param file id of the mapped file
 * @param filePage page of the file at {@code firstPage}
 * @param digest SHA-256 of the mapped range of the file up to the file's end
 * @param name the kernel's name for it where no file has it
 */
public record Vma(
    Kind kind,
    long firstPage,
    long numPages,
    int protection,
    Set<VmaFlag> flags,
    OptionalInt object,
    long objectPage,
    OptionalInt file,
    long filePage,
    Optional<Digest> digest,
    Optional<Bytes> name) {
  /** PROT_READ. */
  public static final int READ = 1;

  /** PROT_WRITE. */
  public static final int WRITE = 2;

  /** PROT_EXEC. */
  public static final int EXECUTE = 4;

  /** Copies the set. */
  public Vma {
    flags = Set.copyOf(flags);
  }

  /**
   * The mapping that has a page.
   *
   * @param sorted by address, disjoint
   */
  public static Optional<Vma> at(List<Vma> sorted, long page) {
    int index = firstBehind(sorted, page);
    return index < sorted.size() && sorted.get(index).firstPage() <= page
        ? Optional.of(sorted.get(index))
        : Optional.empty();
  }

  /**
   * Index of the first mapping that ends behind a page; their number when none does.
   *
   * @param sorted by address, disjoint
   */
  public static int firstBehind(List<Vma> sorted, long page) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted.get(middle).endPage() <= page) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** First page behind the mapping. */
  public long endPage() {
    return firstPage + numPages;
  }

  /** True when writes are seen by others. */
  public boolean shared() {
    return flags.contains(VmaFlag.SHARED);
  }

  /** What a mapping is; the order is that of the numbers in the image, from 1. */
  public enum Kind {
    ANONYMOUS,
    FILE,
    STACK,
    HEAP,
    VDSO,
    VVAR,
    VSYSCALL,
    SHM,
    MEMFD,
    SYSV,
    OTHER
  }
}

package org.ckimg.restorer.space;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** The mappings of an image, asked by address. */
public final class AddressSpace {
  private static final int PAGE_SHIFT = 12;

  /** First address behind user space with four-level page tables. */
  public static final long END = 1L << 47;

  private final List<Vma> vmas;

  /**
   * An address space.
   *
   * @param vmas by address, disjoint
   */
  public AddressSpace(List<Vma> vmas) {
    this.vmas = vmas;
  }

  /** True when a user program can have this address at all. */
  public static boolean isUser(long address) {
    return address >= 0 && address < END;
  }

  /** The mapping that an address lies in. */
  public Optional<Vma> at(long address) {
    return Vma.at(vmas, address >>> PAGE_SHIFT);
  }

  /** True for an address in code of the program; the kernel's vsyscall page is none. */
  public boolean isCode(long address) {
    return isUser(address)
        && at(address)
            .filter(v -> v.kind() != Vma.Kind.VSYSCALL && has(v, Vma.EXECUTE))
            .isPresent();
  }

  /** True when all of a range has this protection; it may span mappings that touch. */
  public boolean covers(long address, long bytes, int protection) {
    return covers(address, bytes, vma -> has(vma, protection));
  }

  /** True when all of a range is writable and nobody else's: no file is written to by it. */
  public boolean isOwnMemory(long address, long bytes) {
    return covers(
        address, bytes, vma -> has(vma, Vma.WRITE) && !(vma.shared() && vma.file().isPresent()));
  }

  private boolean covers(long address, long bytes, Predicate<Vma> wanted) {
    if (!isUser(address) || bytes < 0 || bytes > END - address) {
      return false;
    }
    long at = address;
    do {
      Optional<Vma> vma = at(at);
      if (vma.isEmpty() || !wanted.test(vma.get())) {
        return false;
      }
      at = vma.get().endPage() << PAGE_SHIFT;
    } while (at < address + bytes);
    return true;
  }

  /** True when a stack pointer may stand here: in writable memory, or below a stack that grows. */
  public boolean isStack(long pointer) {
    if (!isUser(pointer) || pointer == 0) {
      return false;
    }
    if (covers(pointer - 1, 1, Vma.WRITE)) {
      return true;
    }
    int next = Vma.firstBehind(vmas, pointer >>> PAGE_SHIFT);
    return next < vmas.size() && vmas.get(next).flags().contains(VmaFlag.GROWSDOWN);
  }

  private static boolean has(Vma vma, int protection) {
    return (vma.protection() & protection) == protection;
  }
}

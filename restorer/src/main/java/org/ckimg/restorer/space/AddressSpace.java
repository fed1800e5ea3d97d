package org.ckimg.restorer.space;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** The mappings of an image, asked by address. */
public final class AddressSpace {
  static final int PAGE_SHIFT = 12;

  /** First address behind user space with four-level page tables. */
  public static final long END = 1L << 47;

  private final List<Vma> vmas;
  private final Coverage readable;
  private final Coverage writable;
  private final Coverage executable;
  private final Coverage own;

  /**
   * An address space.
   *
   * @param vmas by address, disjoint
   */
  public AddressSpace(List<Vma> vmas) {
    this.vmas = vmas;
    this.readable = new Coverage(vmas, vma -> has(vma, Vma.READ));
    this.writable = new Coverage(vmas, vma -> has(vma, Vma.WRITE));
    this.executable = new Coverage(vmas, vma -> has(vma, Vma.EXECUTE));
    this.own =
        new Coverage(vmas, vma -> has(vma, Vma.WRITE) && !(vma.shared() && vma.file().isPresent()));
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

  /** True when all of a range can be read; it may span mappings that touch. */
  public boolean isReadable(long address, long bytes) {
    return readable.has(address, bytes);
  }

  /** True when all of a range can be written. */
  public boolean isWritable(long address, long bytes) {
    return writable.has(address, bytes);
  }

  /** True when all of a range can be run. */
  public boolean isExecutable(long address, long bytes) {
    return executable.has(address, bytes);
  }

  /** True when all of a range is writable and nobody else's: no file is written to by it. */
  public boolean isOwnMemory(long address, long bytes) {
    return own.has(address, bytes);
  }

  /** True when a stack pointer may stand here: in writable memory, or below a stack that grows. */
  public boolean isStack(long pointer) {
    if (!isUser(pointer) || pointer == 0) {
      return false;
    }
    if (isWritable(pointer - 1, 1)) {
      return true;
    }
    int next = Vma.firstBehind(vmas, pointer >>> PAGE_SHIFT);
    return next < vmas.size() && vmas.get(next).flags().contains(VmaFlag.GROWSDOWN);
  }

  private static boolean has(Vma vma, int protection) {
    return (vma.protection() & protection) == protection;
  }
}

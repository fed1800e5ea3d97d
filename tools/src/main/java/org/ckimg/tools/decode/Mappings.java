package org.ckimg.tools.decode;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** Mappings of one process by address. */
public final class Mappings {
  private final Checkpoint checkpoint;
  private final List<Vma> vmas;
  private final int shift;

  /** Of {@code process}, which is part of {@code checkpoint}. */
  public Mappings(Checkpoint checkpoint, ProcessState process) {
    this.checkpoint = checkpoint;
    this.vmas = process.vmas();
    this.shift = checkpoint.host().pageShift();
  }

  /** First address. */
  public static long start(Vma vma, int pageShift) {
    return vma.firstPage() << pageShift;
  }

  /** First address behind it. */
  public static long end(Vma vma, int pageShift) {
    return vma.endPage() << pageShift;
  }

  /** Such as {@code rw-}. */
  public static String protection(Vma vma) {
    int bits = vma.protection();
    return ((bits & Vma.READ) != 0 ? "r" : "-")
        + ((bits & Vma.WRITE) != 0 ? "w" : "-")
        + ((bits & Vma.EXECUTE) != 0 ? "x" : "-");
  }

  /** The file that is mapped. */
  public static Optional<FileFacts> file(Checkpoint checkpoint, Vma vma) {
    return References.file(checkpoint, vma.file());
  }

  /** The file's path, else the kernel's name for it, else what it is in brackets. */
  public static String label(Checkpoint checkpoint, Vma vma) {
    Optional<Bytes> name = file(checkpoint, vma).map(FileFacts::path).or(vma::name);
    if (name.isPresent()) {
      return name.get().toString();
    }
    return switch (vma.kind()) {
      case ANONYMOUS, FILE, SHM, MEMFD, SYSV, OTHER -> "";
      case STACK -> "[stack]";
      case HEAP -> "[heap]";
      case VDSO -> "[vdso]";
      case VVAR -> "[vvar]";
      case VSYSCALL -> "[vsyscall]";
    };
  }

  /** All of them by address. */
  public List<Vma> all() {
    return vmas;
  }

  /** The mapping that has this address. */
  public Optional<Vma> at(long address) {
    return atPage(address >>> shift);
  }

  /** The mapping that has this page of the address space; mappings are sorted. */
  public Optional<Vma> atPage(long page) {
    return Vma.at(vmas, page);
  }

  /** Where an address points: the mapping's label and the offset in its file or in itself. */
  public Optional<String> place(long address) {
    return at(address).map(vma -> place(vma, address));
  }

  private String place(Vma vma, long address) {
    return name(vma) + "+0x" + Long.toHexString(offset(vma, address));
  }

  /**
   * The address of a place, as {@link #place} writes it; of a path its last part is enough.
   *
   * @param label of the mapping
   * @param offset in its file, or in itself
   */
  public OptionalLong address(String label, long offset) {
    for (Vma vma : vmas) {
      long within = offset - (vma.filePage() << shift);
      String own = label(checkpoint, vma);
      if ((own.equals(label) || own.endsWith("/" + label))
          && within >= 0
          && within < vma.numPages() << shift) {
        return OptionalLong.of(start(vma, shift) + within);
      }
    }
    return OptionalLong.empty();
  }

  /** The label of a mapping, or that it has none. */
  public String name(Vma vma) {
    String label = label(checkpoint, vma);
    return label.isEmpty() ? "[anonymous " + protection(vma) + "]" : label;
  }

  /** Where an address is in the mapped file, or in the mapping. */
  public long offset(Vma vma, long address) {
    return address - start(vma, shift) + (vma.filePage() << shift);
  }
}

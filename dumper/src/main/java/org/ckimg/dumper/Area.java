package org.ckimg.dumper;

import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/**
 * A mapping of the target, before it is known which object has its pages.
 *
 * @param mapping as /proc shows it
 * @param kind what it is
 * @param flags of the model
 * @param file id of the mapped file
 * @param digest of the mapped range
 */
record Area(
    Mapping mapping, Vma.Kind kind, Set<VmaFlag> flags, OptionalInt file, Optional<Digest> digest) {
  private static final int PAGE_SHIFT = 12;

  /** The same, with guard pages throughout. */
  Area guarded() {
    Set<VmaFlag> all = EnumSet.of(VmaFlag.GUARD);
    all.addAll(flags);
    return new Area(mapping, kind, all, file, digest);
  }

  /** True for memory that only this process writes and whose pages the image carries. */
  boolean isPrivate() {
    return !mapping.shared() && !isKernels();
  }

  /** True for guard pages, which have no bytes. */
  boolean isGuard() {
    return flags.contains(VmaFlag.GUARD);
  }

  /** True when a copy-on-write child does not have its bytes. */
  boolean missingInChild() {
    return flags.contains(VmaFlag.DONTFORK) || flags.contains(VmaFlag.WIPEONFORK);
  }

  /** True for mappings that the kernel itself makes in every process. */
  boolean isKernels() {
    return kind == Vma.Kind.VDSO || kind == Vma.Kind.VVAR || kind == Vma.Kind.VSYSCALL;
  }

  long firstPage() {
    return mapping.start() >>> PAGE_SHIFT;
  }

  long numPages() {
    return mapping.end() - mapping.start() >>> PAGE_SHIFT;
  }

  /** Page of the file at the start. */
  long firstFilePage() {
    return mapping.fileOffset() >>> PAGE_SHIFT;
  }

  /** The mapping in the model. */
  Vma toVma(OptionalInt object, long objectPage) {
    Optional<Bytes> name =
        kind == Vma.Kind.OTHER ? Optional.of(Bytes.of(mapping.path())) : Optional.empty();
    return new Vma(
        kind,
        firstPage(),
        numPages(),
        mapping.protection(),
        flags,
        object,
        objectPage,
        file,
        file.isPresent() ? firstFilePage() : 0,
        digest,
        name);
  }
}

package org.ckimg.tools.convert;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.core.CoreSupplement;
import org.ckimg.linux.proc.VdsoImage;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.RangeHash;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Vdso;
import org.ckimg.spec.model.Vma;

/**
 * Pages that an image leaves to the machine, taken from this one where the image's digests show
 * that they are the program's: an image names any path it likes.
 */
public final class HostPages implements CoreSupplement, AutoCloseable {
  private static final String ELF = "\u007fELF";
  private static final int READING =
      FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;

  private final Checkpoint checkpoint;
  private final RangeHash hash = new RangeHash();
  private final List<String> missing = new ArrayList<>();
  private int missingFiles;

  /** For mappings of {@code checkpoint}. */
  public HostPages(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  @Override
  public Optional<Bytes> firstPages(Vma vma) throws IOException {
    return switch (vma.kind()) {
      case VDSO -> vdso(vma);
      case FILE -> vma.filePage() == 0 ? file(vma) : Optional.empty();
      case ANONYMOUS, STACK, HEAP, VVAR, VSYSCALL, SHM, MEMFD, SYSV, OTHER -> Optional.empty();
    };
  }

  /** What could not be taken from here, for people. */
  public List<String> missing() {
    List<String> all = new ArrayList<>(missing);
    if (missingFiles > 0) {
      all.add(
          "%d mapped files are not here as the program had them: their first pages are missing"
              .formatted(missingFiles));
    }
    return all;
  }

  private Optional<Bytes> vdso(Vma vma) throws IOException {
    VdsoImage own = VdsoImage.read((int) ProcessHandle.current().pid());
    Optional<Digest> wanted = checkpoint.host().vdso().map(Vdso::digest);
    if (wanted.equals(Optional.of(Digest.of(own.digest())))
        && own.pages().length == vma.numPages() << checkpoint.host().pageShift()) {
      return Optional.of(Bytes.of(own.pages()));
    }
    missing.add("the vdso is not that of this kernel: it is missing, and backtraces may end there");
    return Optional.empty();
  }

  private Optional<Bytes> file(Vma vma) throws IOException {
    FileFacts file = checkpoint.file(vma.file().orElseThrow());
    Optional<Bytes> page = vma.digest().isEmpty() ? Optional.empty() : head(file, vma);
    if (page.isEmpty()) {
      missingFiles++;
    }
    return page.filter(bytes -> bytes.startsWith(ELF));
  }

  /** The first page of a file whose mapped range is as the program had it. */
  private Optional<Bytes> head(FileFacts file, Vma vma) throws IOException {
    try {
      byte[] path = file.path().toArray();
      if (!FileCalls.status(path).isRegular()) {
        return Optional.empty();
      }
      // The kernel showed a path without symbolic links; what has one now is another file.
      int fd = FileCalls.openResolved(path, READING, FileCalls.RESOLVE_NO_SYMLINKS);
      try {
        return head(fd, vma);
      } finally {
        FileCalls.close(fd);
      }
    } catch (SyscallException e) {
      return Optional.empty();
    }
  }

  private Optional<Bytes> head(int fd, Vma vma) throws SyscallException {
    int pageShift = checkpoint.host().pageShift();
    byte[] digest = hash.of(fd, 0, vma.numPages() << pageShift);
    if (!vma.digest().equals(Optional.of(Digest.of(digest)))) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(1L << pageShift);
      FileCalls.pread(fd, page, 0);
      return Optional.of(Bytes.of(page.toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  @Override
  public void close() {
    hash.close();
  }
}

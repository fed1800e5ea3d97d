package org.ckimg.tools.mem;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;

/** The address space of one process, read by address. For one thread. */
public final class ProcessMemory {
  private final Checkpoint checkpoint;
  private final Mappings mappings;
  private final RunCache runs;
  private final MappedFiles files;
  private final int pageShift;

  /** Of {@code process}, which is part of {@code checkpoint}; of files only what the image has. */
  public ProcessMemory(Checkpoint checkpoint, ProcessState process) {
    this(checkpoint, process, MappedFiles.NONE);
  }

  /** The same, and pages that are left to files from {@code files}. */
  public ProcessMemory(Checkpoint checkpoint, ProcessState process, MappedFiles files) {
    this.checkpoint = checkpoint;
    this.mappings = new Mappings(checkpoint, process);
    this.runs = new RunCache(checkpoint.memory());
    this.files = files;
    this.pageShift = checkpoint.host().pageShift();
  }

  /**
   * Reads one page.
   *
   * @param page number in the address space
   * @param into at least one page; left as it is when the bytes are not known
   */
  public PageSource read(long page, MemorySegment into) throws IOException {
    Optional<Vma> vma = mappings.atPage(page);
    if (vma.isEmpty()) {
      return PageSource.UNMAPPED;
    }
    long distance = page - vma.get().firstPage();
    if (read(vma.get().object(), vma.get().objectPage() + distance, into)
        || read(content(vma.get()), vma.get().filePage() + distance, into)) {
      return PageSource.IMAGE;
    }
    if (isZeroWhenAbsent(vma.get())) {
      into.asSlice(0, 1L << pageShift).fill((byte) 0);
      return PageSource.ZERO;
    }
    return vma.get().kind() == Vma.Kind.FILE && files.read(vma.get(), page, into)
        ? PageSource.FILE
        : PageSource.ELSEWHERE;
  }

  private boolean read(OptionalInt object, long page, MemorySegment into) throws IOException {
    PageRuns pages = runs.of(object);
    if (!pages.contains(page)) {
      return false;
    }
    checkpoint.memory().read(object.getAsInt(), page, 1, into);
    return true;
  }

  /** The object with the bytes of a file that is gone. */
  private OptionalInt content(Vma vma) {
    return Mappings.file(checkpoint, vma).map(FileFacts::content).orElse(OptionalInt.empty());
  }

  /** True for memory that is zero until the program writes to it. */
  private boolean isZeroWhenAbsent(Vma vma) {
    return switch (vma.kind()) {
      case ANONYMOUS, STACK, HEAP, SHM, MEMFD, SYSV -> true;
      case FILE -> content(vma).isPresent();
      case VDSO, VVAR, VSYSCALL, OTHER -> false;
    };
  }

  /**
   * Reads bytes.
   *
   * @param address of the first
   * @param length at least 1; the caller has bounded it
   * @return empty when one of them is not known
   */
  public Optional<byte[]> read(long address, int length) throws IOException {
    byte[] bytes = new byte[length];
    byte[] page = new byte[1 << pageShift];
    int done = 0;
    while (done < length) {
      long at = address + done;
      if (!read(at >>> pageShift, MemorySegment.ofArray(page)).isKnown()) {
        return Optional.empty();
      }
      int within = (int) (at & page.length - 1);
      int count = Math.min(length - done, page.length - within);
      System.arraycopy(page, within, bytes, done, count);
      done += count;
    }
    return Optional.of(bytes);
  }
}

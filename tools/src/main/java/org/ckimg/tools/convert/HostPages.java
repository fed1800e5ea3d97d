package org.ckimg.tools.convert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.core.CoreSupplement;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.memory.HostFiles;

/** Pages that an image leaves to the machine, taken from this one where they are proven. */
public final class HostPages implements CoreSupplement {
  private static final String ELF = "\u007fELF";

  private final HostFiles files;
  private final int pageShift;
  private final List<String> missing = new ArrayList<>();
  private int missingFiles;

  /** For mappings of an image with pages of this size. */
  public HostPages(HostFiles files, int pageShift) {
    this.files = files;
    this.pageShift = pageShift;
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
    Optional<Bytes> pages =
        files.vdso().filter(p -> p.length == vma.numPages() << pageShift).map(Bytes::of);
    if (pages.isEmpty()) {
      missing.add(
          "the vdso is not that of this kernel: it is missing, and backtraces may end there");
    }
    return pages;
  }

  private Optional<Bytes> file(Vma vma) throws IOException {
    Optional<ByteSource> source = files.find(vma.file().orElseThrow());
    if (source.isEmpty()) {
      missingFiles++;
      return Optional.empty();
    }
    byte[] page = new byte[1 << pageShift];
    source.get().read(0, ByteBuffer.wrap(page));
    return Optional.of(Bytes.of(page)).filter(bytes -> bytes.startsWith(ELF));
  }
}

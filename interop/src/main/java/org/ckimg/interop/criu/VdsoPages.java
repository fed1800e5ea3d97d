package org.ckimg.interop.criu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vdso;
import org.ckimg.spec.model.Vma;

/** The vdso of the kernel that the tasks ran on: their memory has its pages. */
final class VdsoPages {
  private static final int MOST_PAGES = 64;

  private VdsoPages() {}

  /**
   * What is known of it; absent where its pages are not in the set, or tasks have different ones.
   */
  static Optional<Vdso> of(List<ProcessState> processes, ObjectTable objects, int pageShift)
      throws IOException {
    Set<Digest> digests = new HashSet<>();
    for (ProcessState process : processes) {
      for (Vma vma : process.vmas()) {
        if (vma.kind() == Vma.Kind.VDSO) {
          digest(vma, objects, pageShift).ifPresent(digests::add);
        }
      }
    }
    return digests.size() == 1
        ? Optional.of(new Vdso(digests.iterator().next(), Optional.empty()))
        : Optional.empty();
  }

  private static Optional<Digest> digest(Vma vma, ObjectTable objects, int pageShift)
      throws IOException {
    if (vma.object().isEmpty() || vma.numPages() > MOST_PAGES) {
      return Optional.empty();
    }
    int object = vma.object().getAsInt();
    PageRuns pages = objects.pages(object);
    int run = pages.floor(vma.objectPage());
    if (run < 0 || pages.end(run) < vma.objectPage() + vma.numPages()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(vma.numPages() << pageShift, 1L << pageShift);
      objects.read(object, vma.objectPage(), (int) vma.numPages(), bytes);
      return Optional.of(Digest.of(sha256().digest(bytes.toArray(ValueLayout.JAVA_BYTE))));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}

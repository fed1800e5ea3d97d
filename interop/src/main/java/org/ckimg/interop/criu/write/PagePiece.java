package org.ckimg.interop.criu.write;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.core.CoreSupplement;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;

/**
 * Pages that follow each other.
 *
 * @param page of the address space, or of a shared object
 * @param numPages at least 1, at most {@link #MAX_PAGES}
 * @param object with the pages
 * @param objectPage the first of them there
 * @param supplement the pages themselves, where no object has them
 */
record PagePiece(
    long page, long numPages, int object, long objectPage, Optional<Bytes> supplement) {
  /** What older versions of CRIU can count in a pagemap entry. */
  static final long MAX_PAGES = 1L << 30;

  /** Those of private mappings. */
  static List<PagePiece> ofProcess(
      List<Vma> vmas, Memory memory, CoreSupplement supplement, int pageShift) throws IOException {
    List<PagePiece> pieces = new ArrayList<>();
    for (Vma vma : vmas) {
      if (vma.object().isPresent() && !vma.shared()) {
        int object = vma.object().getAsInt();
        add(
            pieces,
            memory.pages(object),
            object,
            vma.objectPage(),
            vma.objectPage() + vma.numPages(),
            vma.firstPage() - vma.objectPage());
      } else if (vma.kind() == Vma.Kind.VDSO) {
        Bytes pages = supplement.firstPages(vma).orElseThrow();
        pieces.add(
            new PagePiece(vma.firstPage(), pages.length() >>> pageShift, 0, 0, Optional.of(pages)));
      }
    }
    return pieces;
  }

  /** Those of a shared object. */
  static List<PagePiece> ofObject(int object, Memory memory) throws IOException {
    List<PagePiece> pieces = new ArrayList<>();
    add(pieces, memory.pages(object), object, 0, Long.MAX_VALUE, 0);
    return pieces;
  }

  /** Adds the pages of an object within bounds. */
  private static void add(
      List<PagePiece> pieces, PageRuns runs, int object, long from, long to, long shift) {
    for (int run = Math.max(0, runs.floor(from)); run < runs.size(); run++) {
      if (runs.first(run) >= to) {
        break;
      }
      long end = Math.min(to, runs.end(run));
      for (long page = Math.max(from, runs.first(run)); page < end; page += MAX_PAGES) {
        long count = Math.min(MAX_PAGES, end - page);
        pieces.add(new PagePiece(page + shift, count, object, page, Optional.empty()));
      }
    }
  }
}

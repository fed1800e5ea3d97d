package org.ckimg.tools.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongConsumer;
import org.ckimg.reader.PageRun;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.diff.PageRange;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.Areas;
import org.ckimg.tools.mem.EntropyMap;

/**
 * What the pages of mappings are, in so few pieces that a picture of a large program stays small.
 * For one thread.
 */
public final class Layers {
  private static final long MOST_PIECES = 1 << 15;
  private static final long MOST_OF_A_MAPPING = 1 << 10;
  private static final double MOST_BITS = 8;

  private final Subject subject;
  private final long binPages;
  private final EntropyMap entropy;

  private Layers(Subject subject, long binPages, EntropyMap entropy) {
    this.subject = subject;
    this.binPages = binPages;
    this.entropy = entropy;
  }

  /**
   * Reads all memory of an image once.
   *
   * @param areas of {@code subject}, all of them
   * @param progress takes bytes that were read
   */
  public static Layers of(Subject subject, Areas areas, LongConsumer progress) throws IOException {
    long binPages = binPages(subject);
    return new Layers(subject, binPages, EntropyMap.of(subject, areas, binPages, progress));
  }

  /** As few as give no more pieces than a picture needs. */
  private static long binPages(Subject subject) throws IOException {
    List<Vma> shown = new ArrayList<>();
    for (ProcessState process : subject.checkpoint().processes()) {
      for (Vma vma : process.vmas()) {
        if (subject.pages(vma).pages() > 0) {
          shown.add(vma);
        }
      }
    }
    long pages = 1;
    while (pieces(shown, pages) > Math.max(MOST_PIECES, 2L * shown.size())) {
      pages *= 2;
    }
    return pages;
  }

  private static long pieces(List<Vma> mappings, long pages) {
    return mappings.stream()
        .mapToLong(vma -> Math.min(MOST_OF_A_MAPPING, vma.numPages() / pages + 1))
        .sum();
  }

  /**
   * The mappings of a process of which the image has pages or that changed.
   *
   * @param changes ranges of pages that differ from another image, by address
   */
  public List<Bins> of(ProcessState process, List<PageRange> changes) throws IOException {
    List<Bins> all = new ArrayList<>();
    List<Vma> vmas = process.vmas();
    for (int i = 0; i < vmas.size(); i++) {
      Vma vma = vmas.get(i);
      List<PageRange> own = changes.subList(firstBehind(changes, vma.firstPage()), changes.size());
      boolean changed = !own.isEmpty() && own.getFirst().firstPage() < vma.endPage();
      if (changed || subject.pages(vma).pages() > 0) {
        all.add(new Mapping(vma).bins(i, own));
      }
    }
    return all;
  }

  /** Index of the first range that ends behind a page. */
  private static int firstBehind(List<PageRange> ranges, long page) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).endPage() <= page) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** One mapping while it is counted. */
  private final class Mapping {
    private final Vma vma;
    private final long pages;
    private final long firstPiece;
    private final int size;

    Mapping(Vma vma) {
      this.vma = vma;
      long width = binPages;
      while (vma.numPages() / width >= MOST_OF_A_MAPPING) {
        width *= 2;
      }
      pages = width;
      firstPiece = vma.objectPage() / width;
      size = (int) ((vma.objectPage() + vma.numPages() - 1) / width - firstPiece + 1);
    }

    Bins bins(int mapping, List<PageRange> changes) throws IOException {
      long[] stored = new long[size];
      long[] zero = new long[size];
      long[] inherited = new long[size];
      long[] changed = new long[size];
      if (subject.pages(vma).pages() > 0) {
        subject
            .pages()
            .forEach(
                vma.object().getAsInt(),
                vma.objectPage(),
                vma.numPages(),
                run -> add(run.firstPage(), run.numPages(), counts(run, stored, zero, inherited)));
      }
      for (PageRange range : changes) {
        if (range.firstPage() >= vma.endPage()) {
          break;
        }
        long from = Math.max(range.firstPage(), vma.firstPage());
        long to = Math.min(range.endPage(), vma.endPage());
        add(from - vma.firstPage() + vma.objectPage(), to - from, changed);
      }
      return new Bins(
          mapping,
          pages,
          shares(stored),
          shares(zero),
          shares(inherited),
          entropies(),
          shares(changed));
    }

    private static long[] counts(PageRun run, long[] stored, long[] zero, long[] inherited) {
      return switch (run.state()) {
        case STORED, REPEATED -> stored;
        case ZERO -> zero;
        case INHERITED -> inherited;
      };
    }

    private void add(long firstPage, long numPages, long[] counts) {
      long end = firstPage + numPages;
      for (long page = firstPage; page < end; ) {
        int piece = (int) (page / pages - firstPiece);
        long next = Math.min(end, to(piece));
        counts[piece] += next - page;
        page = next;
      }
    }

    private long from(int piece) {
      return Math.max(vma.objectPage(), (firstPiece + piece) * pages);
    }

    private long to(int piece) {
      return Math.min(vma.objectPage() + vma.numPages(), (firstPiece + piece + 1) * pages);
    }

    private byte[] shares(long[] counts) {
      byte[] shares = new byte[size];
      for (int i = 0; i < size; i++) {
        shares[i] = Bins.share(counts[i], to(i) - from(i));
      }
      return shares;
    }

    private byte[] entropies() {
      byte[] bits = new byte[size];
      for (int i = 0; i < size && vma.object().isPresent(); i++) {
        OptionalDouble mean = entropy.mean(vma.object().getAsInt(), from(i), to(i));
        bits[i] =
            (byte) (mean.isEmpty() ? 0 : 1 + Math.round(mean.getAsDouble() / MOST_BITS * 254));
      }
      return bits;
    }
  }
}

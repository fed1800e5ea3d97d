package org.ckimg.tools.diff;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * Compares the pages of mappings. Where both images know digests no page is read; else both are, in
 * one pass forward.
 */
final class PageComparison implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 18;

  private final Pages a;
  private final Pages b;
  private final MappingFacts factsA;
  private final MappingFacts factsB;
  private final LongConsumer progress;
  private final int pageShift;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment bytesA;
  private final MemorySegment bytesB;

  private final Map<Shared, Found> shared = new HashMap<>();

  /** Pages of two objects, one under the other. */
  private record Shared(
      OptionalInt objectA, long pageA, OptionalInt objectB, long pageB, long numPages) {
    static Shared of(Span span, Vma a, Vma b) {
      return new Shared(
          a.object(),
          a.objectPage() + span.firstPage() - a.firstPage(),
          b.object(),
          b.objectPage() + span.firstPage() - b.firstPage(),
          span.endPage() - span.firstPage());
    }
  }

  /** What was found, where they were mapped first. */
  private record Found(long firstPage, PageDiff diff) {}

  /** Of two images with pages of the same size. */
  PageComparison(
      Pages a,
      MappingFacts factsA,
      Pages b,
      MappingFacts factsB,
      int pageShift,
      LongConsumer progress) {
    this.a = a;
    this.b = b;
    this.factsA = factsA;
    this.factsB = factsB;
    this.progress = progress;
    this.pageShift = pageShift;
    bytesA = arena.allocate(CHUNK_BYTES, 1L << pageShift);
    bytesB = arena.allocate(CHUNK_BYTES, 1L << pageShift);
  }

  /** Compares two address spaces. */
  PageDiff compare(ProcessState left, ProcessState right, List<Span> spans) throws IOException {
    PageTally tally = new PageTally();
    RseqMask mask = new RseqMask(left, right, pageShift);
    for (Span span : spans) {
      tally.startMapping();
      compare(span, mask, tally);
    }
    return tally.result();
  }

  /** The kernel's clock is on the page that programs read the time from. */
  private static boolean isOfKernel(Vma vma) {
    return vma.kind() == Vma.Kind.VVAR || vma.kind() == Vma.Kind.VSYSCALL;
  }

  private void compare(Span span, RseqMask mask, PageTally tally) throws IOException {
    if (span.a().filter(PageComparison::isOfKernel).isPresent()
        || span.b().filter(PageComparison::isOfKernel).isPresent()) {
      return;
    }
    if (span.isCommon()) {
      compareCommon(span, mask, tally);
    } else if (span.a().isPresent()) {
      count(a.of(span.a().get()), span.a().get(), span, PageChange.DROPPED, tally);
    } else {
      count(b.of(span.b().orElseThrow()), span.b().get(), span, PageChange.ADDED, tally);
    }
  }

  /** Memory that is mapped by many processes is compared once. */
  private void compareCommon(Span span, RseqMask mask, PageTally tally) throws IOException {
    Vma left = span.a().orElseThrow();
    Vma right = span.b().orElseThrow();
    if (!left.shared() || !right.shared()) {
      new Common(span, mask, tally).compare();
      return;
    }
    Shared key = Shared.of(span, left, right);
    Found found = shared.get(key);
    if (found == null) {
      PageTally own = new PageTally();
      new Common(span, mask, own).compare();
      found = new Found(span.firstPage(), own.result());
      shared.put(key, found);
      tally.addRead(found.diff.read());
    }
    tally.addAll(found.diff, span.firstPage() - found.firstPage);
  }

  /** Whatever is in pages that only one image has mapped: they are new, or gone. */
  private static void count(PageRuns runs, Vma vma, Span span, PageChange change, PageTally tally) {
    long offset = vma.objectPage() - vma.firstPage();
    long end = span.endPage() + offset;
    for (int run = Math.max(0, runs.floor(span.firstPage() + offset)); run < runs.size(); run++) {
      long from = Math.max(runs.first(run), span.firstPage() + offset);
      long to = Math.min(runs.end(run), end);
      if (runs.first(run) >= end) {
        return;
      }
      if (from < to) {
        tally.add(from - offset, to - from, change);
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  /** Pages that are mapped in both images. */
  private final class Common {
    private final Span span;
    private final RseqMask mask;
    private final PageTally tally;
    private final MappedPages left;
    private final MappedPages right;

    Common(Span span, RseqMask mask, PageTally tally) throws IOException {
      this.span = span;
      this.mask = mask;
      this.tally = tally;
      left = new MappedPages(a, span.a().orElseThrow());
      right = new MappedPages(b, span.b().orElseThrow());
    }

    void compare() throws IOException {
      long page = span.firstPage();
      while (page < span.endPage()) {
        boolean inLeft = left.has(page);
        boolean inRight = right.has(page);
        long end = Math.min(span.endPage(), Math.min(left.reach(), right.reach()));
        if (inLeft && inRight) {
          compareBoth(page, end);
        } else if (inLeft) {
          addLone(left, right, factsA, factsB, page, end, PageChange.DROPPED);
        } else if (inRight) {
          addLone(right, left, factsB, factsA, page, end, PageChange.ADDED);
        }
        page = end;
      }
    }

    private void compareBoth(long from, long end) throws IOException {
      for (long page = from; page < end; ) {
        int count = (int) Math.min(a.batch(), end - page);
        PageMarks marksA = left.look(page, count);
        PageMarks marksB = right.look(page, count);
        int done = 0;
        while (done < count) {
          if (marksA.isAbsent(done) || marksB.isAbsent(done)) {
            int unknown = 1;
            while (done + unknown < count
                && unknown < CHUNK_BYTES >>> pageShift
                && (marksA.isAbsent(done + unknown) || marksB.isAbsent(done + unknown))) {
              unknown++;
            }
            compareBytes(page + done, unknown);
            done += unknown;
          } else if (marksA.isSame(done, marksB, done)) {
            tally.addCommon(page + done, 1, PageChange.SAME);
            done++;
          } else if (mask.covers(page + done)) {
            compareBytes(page + done, 1);
            done++;
          } else {
            PageChange change = marksB.isZero(done) ? PageChange.ZEROED : PageChange.CHANGED;
            tally.addCommon(page + done, 1, change);
            done++;
          }
        }
        progress.accept((long) count << pageShift);
        page += count;
      }
    }

    private void compareBytes(long page, int count) throws IOException {
      left.read(page, count, bytesA);
      right.read(page, count, bytesB);
      tally.addRead(2L * count);
      for (int i = 0; i < count; i++) {
        MemorySegment before = bytesOf(bytesA, i);
        MemorySegment after = bytesOf(bytesB, i);
        mask.clear(page + i, before);
        mask.clear(page + i, after);
        tally.addCommon(
            page + i,
            1,
            before.mismatch(after) < 0
                ? PageChange.SAME
                : isZero(after) ? PageChange.ZEROED : PageChange.CHANGED);
      }
    }

    /** Pages that one image has and the other has not. */
    private void addLone(
        MappedPages has,
        MappedPages hasNot,
        MappingFacts factsOfHas,
        MappingFacts factsOfHasNot,
        long from,
        long end,
        PageChange change)
        throws IOException {
      boolean vdso = has.vma().kind() == Vma.Kind.VDSO || hasNot.vma().kind() == Vma.Kind.VDSO;
      boolean file = hasNot.vma().file().isPresent() && hasNot.vma().kind() == Vma.Kind.FILE;
      if (vdso || file) {
        boolean unknown = vdso || factsOfHas.carriesFiles();
        tally.add(from, end - from, unknown ? PageChange.UNKNOWN : change);
        return;
      }
      boolean leftOut = factsOfHasNot.carriesFiles() && hasNot.isEmpty();
      PageChange other = leftOut ? PageChange.UNKNOWN : change;
      for (long page = from; page < end; ) {
        int count = (int) Math.min(CHUNK_BYTES >>> pageShift, end - page);
        addLone(has, page, count, other);
        page += count;
      }
    }

    /** A page that is not there reads as zero, so that one which is zero is no difference. */
    private void addLone(MappedPages side, long page, int count, PageChange change)
        throws IOException {
      PageMarks marks = side.look(page, count);
      boolean read = false;
      for (int i = 0; i < count; i++) {
        if (marks.isAbsent(i) && !read) {
          side.read(page, count, bytesA);
          tally.addRead(count);
          read = true;
        }
        boolean zero = marks.isAbsent(i) ? isZero(bytesOf(bytesA, i)) : marks.isZero(i);
        tally.add(page + i, 1, zero ? PageChange.SAME : change);
      }
    }
  }

  private MemorySegment bytesOf(MemorySegment chunk, int index) {
    return chunk.asSlice((long) index << pageShift, 1L << pageShift);
  }

  private static boolean isZero(MemorySegment page) {
    MemorySegment rest = page.asSlice(1);
    return page.get(ValueLayout.JAVA_BYTE, 0) == 0
        && page.asSlice(0, rest.byteSize()).mismatch(rest) < 0;
  }
}

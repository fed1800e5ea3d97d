package org.ckimg.interop.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.Vma;

/**
 * The memory that program headers describe.
 *
 * @param list by address, disjoint
 * @param missingBytes bytes that should be in the file and were cut away
 */
public record Segments(List<Segment> list, long missingBytes) {
  private static final String SECTION = "program headers";

  /** Copies the list. */
  public Segments {
    list = List.copyOf(list);
  }

  /**
   * Reads the segments of type load.
   *
   * @param length of the file, bytes
   */
  public static Segments of(ElfFile file, int pageShift, long length) throws IOException {
    List<Segment> segments = new ArrayList<>();
    long there = 0;
    long missing = 0;
    long at = file.header().programs();
    for (ProgramHeader program : file.programs()) {
      if (program.type() == ProgramHeader.LOAD && program.memoryBytes() != 0) {
        check(program, pageShift, at);
        Segment segment = segment(program, pageShift, length);
        there += segment.fileBytes();
        missing += program.fileBytes() - segment.fileBytes();
        segments.add(segment);
      }
      at += ProgramHeader.BYTES;
      if (there > length || missing < 0) {
        throw CoreRule.BYTES.malformed(
            SECTION, at, "segments of more than %d bytes in a file of %d bytes", there, length);
      }
    }
    segments.sort(Comparator.comparingLong(Segment::firstPage));
    checkOrder(segments, pageShift, file.header().programs());
    return new Segments(segments, missing);
  }

  private static void check(ProgramHeader program, int pageShift, long at) throws IOException {
    long bytes = program.memoryBytes();
    long pageMask = (1L << pageShift) - 1;
    // An end of exactly 2^64 would be 0 here; the last page of an address space is never mapped.
    long end = program.address() + bytes;
    boolean fits =
        (program.address() & pageMask) == 0
            && bytes > 0
            && Long.compareUnsigned(end, program.address()) > 0
            && Long.compareUnsigned(end, -pageMask) < 0
            && program.fileBytes() >= 0
            && program.fileBytes() <= bytes
            && program.offset() >= 0
            && program.offset() <= Long.MAX_VALUE - program.fileBytes();
    if (!fits) {
      throw CoreRule.SEGMENT.malformed(
          SECTION,
          at,
          "0x%x bytes at 0x%x, of them 0x%x in the file at 0x%x",
          bytes,
          program.address(),
          program.fileBytes(),
          program.offset());
    }
  }

  /** A page that was cut in two is missing; the end of a segment that was not reads as zero. */
  private static Segment segment(ProgramHeader program, int pageShift, long length) {
    long pageSize = 1L << pageShift;
    long available = Math.clamp(length - program.offset(), 0, program.fileBytes());
    boolean whole = available == program.fileBytes();
    long pages = whole ? (available + pageSize - 1) >>> pageShift : available >>> pageShift;
    return new Segment(
        program.address() >>> pageShift,
        (program.memoryBytes() + pageSize - 1) >>> pageShift,
        protection(program.flags()),
        program.offset(),
        Math.min(available, pages << pageShift),
        pages);
  }

  /** PROT_ bits of PF_ bits. */
  public static int protection(int flags) {
    return ((flags & ProgramHeader.READ) != 0 ? Vma.READ : 0)
        | ((flags & ProgramHeader.WRITE) != 0 ? Vma.WRITE : 0)
        | ((flags & ProgramHeader.EXECUTE) != 0 ? Vma.EXECUTE : 0);
  }

  private static void checkOrder(List<Segment> segments, int pageShift, long at)
      throws IOException {
    long end = 0;
    for (Segment segment : segments) {
      if (segment.firstPage() < end) {
        throw CoreRule.OVERLAP.malformed(
            SECTION,
            at,
            "the segment at 0x%x begins before the end of the one before it",
            segment.firstPage() << pageShift);
      }
      end = segment.endPage();
    }
  }

  /** Pages that are in the file. */
  public PageRuns stored() {
    PageRuns.Builder runs = new PageRuns.Builder();
    for (Segment segment : list) {
      if (segment.storedPages() > 0) {
        runs.add(segment.firstPage(), segment.storedPages());
      }
    }
    return runs.build();
  }

  /** Index of the last segment that starts at or before {@code page}, -1 when there is none. */
  int floor(long page) {
    int low = 0;
    int high = list.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (list.get(middle).firstPage() <= page) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }
}

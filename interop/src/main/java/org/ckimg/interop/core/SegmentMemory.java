package org.ckimg.interop.core;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/** The pages of segments: object 1, the address space of the one process. For one thread. */
public final class SegmentMemory implements Memory {
  /** Id of the object. */
  public static final int OBJECT = 1;

  /** More bytes than this do not fit a ByteBuffer where pages are large. */
  private static final int MAX_READ_PAGES = 1 << 14;

  private final ByteSource source;
  private final Segments segments;
  private final PageRuns stored;
  private final int pageShift;

  /** Of segments whose bytes are in {@code source}. */
  public SegmentMemory(ByteSource source, Segments segments, int pageShift) {
    this.source = source;
    this.segments = segments;
    this.pageShift = pageShift;
    stored = segments.stored();
  }

  /** The object that all segments are of: the memory of the one process. */
  public static MemoryObject object() {
    return new MemoryObject(
        OBJECT, MemoryObject.Kind.PRIVATE, 0, OptionalInt.of(0), OptionalInt.empty());
  }

  @Override
  public PageRuns pages(int object) {
    return object == OBJECT ? stored : PageRuns.EMPTY;
  }

  @Override
  public void read(int object, long firstPage, int numPages, MemorySegment into)
      throws IOException {
    long page = firstPage;
    long end = firstPage + numPages;
    while (page < end) {
      Segment segment = at(object, page);
      long there = Math.min(end, segment.firstPage() + segment.storedPages()) - page;
      long count = Math.min(there, MAX_READ_PAGES);
      long skipped = page - segment.firstPage() << pageShift;
      MemorySegment part = into.asSlice(page - firstPage << pageShift, count << pageShift);
      long bytes = Math.min(part.byteSize(), segment.fileBytes() - skipped);
      fill(segment.offset() + skipped, part.asSlice(0, bytes));
      part.asSlice(bytes).fill((byte) 0);
      page += count;
    }
  }

  private Segment at(int object, long page) {
    int index = object == OBJECT ? segments.floor(page) : -1;
    if (index < 0
        || page - segments.list().get(index).firstPage()
            >= segments.list().get(index).storedPages()) {
      throw new IllegalArgumentException("object " + object + " has no page " + page);
    }
    return segments.list().get(index);
  }

  private void fill(long offset, MemorySegment into) throws IOException {
    if (source.read(offset, into.asByteBuffer()) < into.byteSize()) {
      throw CoreRule.END.truncated(
          "memory", offset, "the file has become shorter since it was opened");
    }
  }

  /**
   * Bytes at an address of the program.
   *
   * @param length at least 0, what a caller wants to allocate
   * @return empty when they are not all stored
   */
  public Optional<ByteBuffer> bytes(long address, int length) throws IOException {
    long first = address >>> pageShift;
    long end = (address + length + (1L << pageShift) - 1) >>> pageShift;
    int run = stored.floor(first);
    if (length == 0 || run < 0 || end > stored.end(run) || end <= first) {
      return Optional.empty();
    }
    byte[] pages = new byte[Math.toIntExact(end - first << pageShift)];
    read(OBJECT, first, (int) (end - first), MemorySegment.ofArray(pages));
    return Optional.of(
        ByteBuffer.wrap(pages, (int) (address - (first << pageShift)), length).slice());
  }
}

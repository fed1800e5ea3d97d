package org.ckimg.interop.criu.write;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.PageRuns;

/** Copies the bytes of objects behind an entry. */
final class ObjectCopy {
  private static final int CHUNK_BYTES = 1 << 18;

  private final Checkpoint checkpoint;
  private final int pageShift;

  ObjectCopy(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.pageShift = checkpoint.host().pageShift();
  }

  long length(int object) {
    return checkpoint.object(object).length();
  }

  /** Copies all of an object. */
  void all(int object, EntryWriter into) throws IOException {
    range(object, 0, length(object), into);
  }

  /** Copies bytes of an object; a page that it has not is zero. */
  void range(int object, long from, long length, EntryWriter into) throws IOException {
    long pageBytes = 1L << pageShift;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk =
          arena.allocate(Math.min(CHUNK_BYTES, length + 2 * pageBytes), pageBytes);
      chunk = chunk.asSlice(0, chunk.byteSize() & -pageBytes);
      long end = from + length;
      for (long at = from; at < end; ) {
        long skipped = at & pageBytes - 1;
        long count = Math.min(chunk.byteSize() - skipped, end - at);
        fill(object, at >>> pageShift, skipped + count + pageBytes - 1 >>> pageShift, chunk);
        into.raw(chunk.asSlice(skipped, count).asByteBuffer());
        at += count;
      }
    }
  }

  private void fill(int object, long first, long count, MemorySegment chunk) throws IOException {
    chunk.fill((byte) 0);
    PageRuns runs = checkpoint.memory().pages(object);
    for (int run = Math.max(0, runs.floor(first)); run < runs.size(); run++) {
      long from = Math.max(first, runs.first(run));
      long to = Math.min(first + count, runs.end(run));
      if (from >= first + count) {
        return;
      }
      if (from < to) {
        checkpoint
            .memory()
            .read(object, from, (int) (to - from), chunk.asSlice(from - first << pageShift));
      }
    }
  }
}

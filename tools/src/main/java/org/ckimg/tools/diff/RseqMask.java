package org.ckimg.tools.diff;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.ThreadState;

/**
 * Where the kernel writes down on which processor a thread runs, rseq(2): these bytes differ
 * between two dumps of a program that did not run.
 */
final class RseqMask {
  private final int pageShift;
  private final Map<Long, Map<Long, Long>> endByStart = new HashMap<>();

  /** Areas of the threads of either process. */
  RseqMask(ProcessState a, ProcessState b, int pageShift) {
    this.pageShift = pageShift;
    for (ProcessState process : List.of(a, b)) {
      process.threads().stream()
          .map(ThreadState::rseq)
          .flatMap(Optional::stream)
          .forEach(this::add);
    }
  }

  /** An area is at most a page, whatever an image says. */
  private void add(Rseq rseq) {
    long length = Math.min(Integer.toUnsignedLong(rseq.bytes()), 1L << pageShift);
    long at = rseq.address();
    long end = at + length;
    while (Long.compareUnsigned(at, end) < 0) {
      long page = at >>> pageShift;
      long start = at - (page << pageShift);
      long stop = Math.min(1L << pageShift, start + end - at);
      endByStart.computeIfAbsent(page, _ -> new HashMap<>()).merge(start, stop, Math::max);
      at = page + 1 << pageShift;
    }
  }

  /** True when an area lies on this page of the address space. */
  boolean covers(long page) {
    return endByStart.containsKey(page);
  }

  /** Takes the areas out of a copy of the page. */
  void clear(long page, MemorySegment bytes) {
    endByStart
        .getOrDefault(page, Map.of())
        .forEach((start, end) -> bytes.asSlice(start, end - start).fill((byte) 0));
  }
}

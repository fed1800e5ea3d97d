package org.ckimg.interop.criu;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.MemoryLayout;

/** What is told of an address space as a whole, and strings that are in it. */
final class AddressSpace {
  /** More than the kernel takes for a program, whatever its stack may be. */
  private static final long MAX_STRINGS = 8 << 20;

  private final MmEntry mm;
  private final PageStore pages;
  private final int pageShift;

  AddressSpace(MmEntry mm, PageStore pages, int pageShift) {
    this.mm = mm;
    this.pages = pages;
    this.pageShift = pageShift;
  }

  MemoryLayout layout() {
    return new MemoryLayout(
        mm.getStartCode(),
        mm.getEndCode(),
        mm.getStartData(),
        mm.getEndData(),
        mm.getStartBrk(),
        mm.getBrk(),
        mm.getStartStack(),
        mm.getArgStart(),
        mm.getArgEnd(),
        mm.getEnvStart(),
        mm.getEnvEnd());
  }

  Optional<Bytes> arguments() throws IOException {
    return strings(mm.getArgStart(), mm.getArgEnd());
  }

  Optional<Bytes> environment() throws IOException {
    return strings(mm.getEnvStart(), mm.getEnvEnd());
  }

  Optional<Bytes> auxiliaryVector() {
    int words = mm.getSavedAuxvCount();
    return words == 0
        ? Optional.empty()
        : Optional.of(
            new WordBuffer(words * Long.BYTES).putAll64(0, mm.getSavedAuxvList()).toBytes());
  }

  /** Bytes of the memory; empty when the image does not have all of them. */
  private Optional<Bytes> strings(long start, long end) throws IOException {
    long length = end - start;
    if (length <= 0 || length > MAX_STRINGS || start <= 0) {
      return Optional.empty();
    }
    long first = start >>> pageShift;
    long last = end - 1 >>> pageShift;
    int run = pages.pages().floor(first);
    if (run < 0 || pages.pages().end(run) <= last) {
      return Optional.empty();
    }
    int numPages = (int) (last - first + 1);
    byte[] bytes = new byte[numPages << pageShift];
    pages.read(first, numPages, MemorySegment.ofArray(bytes));
    return Optional.of(Bytes.of(bytes, (int) (start - (first << pageShift)), (int) length));
  }
}

package org.ckimg.tools.mem;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.decode.Mappings;

/**
 * Bytes of an address space that lie on one page.
 *
 * @param address of the first
 * @param length bytes
 * @param mapping that they are in, and its protection
 * @param source where they are
 * @param bytes themselves, when they are known
 */
public record MemoryRead(
    long address, int length, String mapping, PageSource source, Optional<byte[]> bytes) {
  /** Reads a range; pieces follow each other and end with pages. */
  public static List<MemoryRead> of(
      Checkpoint checkpoint, ProcessState process, long address, long length) throws IOException {
    ProcessMemory memory = new ProcessMemory(checkpoint, process);
    Mappings mappings = new Mappings(checkpoint, process);
    int pageSize = checkpoint.host().pageSize();
    List<MemoryRead> pieces = new ArrayList<>();
    byte[] page = new byte[pageSize];
    for (long done = 0; done < length; ) {
      long at = address + done;
      int within = (int) (at & pageSize - 1);
      int count = (int) Math.min(pageSize - within, length - done);
      PageSource source =
          memory.read(at >>> checkpoint.host().pageShift(), MemorySegment.ofArray(page));
      pieces.add(
          new MemoryRead(
              at,
              count,
              mappings
                  .at(at)
                  .map(vma -> mappings.name(vma) + " " + Mappings.protection(vma))
                  .orElse("not mapped"),
              source,
              source.isKnown()
                  ? Optional.of(Arrays.copyOfRange(page, within, within + count))
                  : Optional.empty()));
      done += count;
    }
    return pieces;
  }

  /** Why there are no bytes. */
  public String why() {
    return source == PageSource.UNMAPPED
        ? "nothing is mapped there"
        : "in a file that was mapped or in the kernel, not in the image";
  }
}

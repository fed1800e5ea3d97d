package org.ckimg.tools.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;

/**
 * Memory from an address on as if it were a file, up to where it is not known.
 *
 * @param memory of the process
 * @param name safe to print
 * @param start first address
 * @param length bytes; they need not all be known
 */
public record MemorySource(AddressSpace memory, String name, long start, long length)
    implements ByteSource {
  /** One mapping. */
  public static MemorySource of(AddressSpace memory, Vma vma) {
    int shift = memory.host().pageShift();
    return new MemorySource(
        memory,
        Mappings.protection(vma),
        Mappings.start(vma, shift),
        Math.min(vma.numPages(), Long.MAX_VALUE >>> shift) << shift);
  }

  @Override
  public int read(long offset, ByteBuffer into) throws IOException {
    int wanted = Math.clamp(length - offset, 0, into.remaining());
    int limit = into.limit();
    into.limit(into.position() + wanted);
    int count = memory.read(start + offset, into);
    into.limit(limit);
    return count;
  }

  @Override
  public void close() {}
}

package org.ckimg.tools.mem;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ckimg.spec.model.Vma;

/** Bytes of mapped files that an image does not carry. */
@FunctionalInterface
public interface MappedFiles {
  /** None is at hand. */
  MappedFiles NONE = (vma, page, into) -> false;

  /**
   * Reads one page.
   *
   * @param vma a mapping of a file
   * @param page of the address space, in the mapping
   * @param into one page
   * @return false when it is not at hand, or not proven to be what was mapped
   */
  boolean read(Vma vma, long page, MemorySegment into) throws IOException;
}

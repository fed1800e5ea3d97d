package org.ckimg.interop.core;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Vma;

/**
 * Pages that an image leaves to the machine and a core should have: the vdso, and the first page of
 * each ELF file, by which debuggers know the file again.
 */
@FunctionalInterface
public interface CoreSupplement {
  /** Nothing but what is in the image. */
  CoreSupplement NONE = vma -> Optional.empty();

  /**
   * The first pages of a mapping of which the image has no page.
   *
   * @return whole pages, at most as many as the mapping has; empty when it cannot be shown that
   *     they are the program's
   */
  Optional<Bytes> firstPages(Vma vma) throws IOException;
}

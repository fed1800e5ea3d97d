package org.ckimg.restorer;

import java.util.Optional;
import java.util.Set;

/**
 * What the caller asks for.
 *
 * @param pid which pid
 * @param inherit descriptors of the program that become the caller's of the same number
 * @param detach true when the program is to live on without the tool
 * @param mapped the image file, when its pages are to be mapped and not copied
 */
public record RestoreOptions(
    PidMode pid, Set<Integer> inherit, boolean detach, Optional<MappedImage> mapped) {
  /** Copies the set. */
  public RestoreOptions {
    inherit = Set.copyOf(inherit);
  }
}

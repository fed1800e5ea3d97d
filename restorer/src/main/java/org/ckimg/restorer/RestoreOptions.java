package org.ckimg.restorer;

import java.util.Set;

/**
 * What the caller asks for.
 *
 * @param pid which pid
 * @param inherit descriptors of the program that become the caller's of the same number
 * @param detach true when the program is to live on without the tool
 */
public record RestoreOptions(PidMode pid, Set<Integer> inherit, boolean detach) {
  /** Copies the set. */
  public RestoreOptions {
    inherit = Set.copyOf(inherit);
  }
}

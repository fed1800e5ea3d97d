package org.ckimg.restorer;

import java.util.Optional;
import java.util.Set;
import org.ckimg.restorer.policy.Policy;

/**
 * What the caller asks for, and under which policy.
 *
 * @param pid which pid
 * @param inherit descriptors of the program that become the caller's of the same number
 * @param detach true when the program is to live on without the tool
 * @param tcp true when connections of TCP are to go on where they were
 * @param mapped the image file, when its pages are to be mapped and not copied
 * @param source what is known of the image as a file
 * @param trusted who must have signed the image
 * @param policy what may be granted
 */
public record RestoreOptions(
    PidMode pid,
    Set<Integer> inherit,
    boolean detach,
    boolean tcp,
    Optional<MappedImage> mapped,
    ImageSource source,
    Trusted trusted,
    Policy policy) {
  /** Copies the set. */
  public RestoreOptions {
    inherit = Set.copyOf(inherit);
  }
}

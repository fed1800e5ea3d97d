package org.ckimg.linux.probe;

/**
 * Something that the kernel, its configuration or the caller's rights give or deny.
 *
 * @param name a system call, a request of one, a file or a capability
 * @param need who misses it
 * @param available whether an attempt succeeded
 * @param reason why it is not available and what that costs; empty when it is
 * @param remedy what would make it available; empty when it is
 */
public record Feature(String name, Need need, boolean available, String reason, String remedy) {
  /** Who misses a feature. */
  public enum Need {
    /** No checkpoint or no restore without it. */
    REQUIRED,
    /** Some programs cannot be dumped or restored without it. */
    FOR_SOME,
    /** Everything works without it, but slower or with weaker checks. */
    OPTIONAL
  }
}

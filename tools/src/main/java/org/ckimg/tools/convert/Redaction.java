package org.ckimg.tools.convert;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is taken out of an image before others may see it. */
public enum Redaction {
  /** Values of environment variables, and where they lie on the stack. */
  ENVIRONMENT,
  /** Arguments but the first, and where they lie on the stack. */
  ARGUMENTS,
  /**
   * All that the program wrote but its stacks: heap, data, shared memory, queues, deleted files.
   */
  HEAP,
  /** Stacks of all threads, signal stacks, and registers but those that say where a thread is. */
  STACKS,
  /** All of these. */
  ALL;

  /** What is meant by a list of names. */
  static Set<Redaction> meant(List<Redaction> named) {
    return named.contains(ALL) ? EnumSet.complementOf(EnumSet.of(ALL)) : EnumSet.copyOf(named);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

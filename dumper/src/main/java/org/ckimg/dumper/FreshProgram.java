package org.ckimg.dumper;

import java.io.IOException;
import org.ckimg.linux.remote.NoGadgetException;

/**
 * Patience with a process that has just executed a program: its C library, through which it is
 * asked, is mapped a moment later. Seen with make(1), whose children do little else; shown by the
 * victim {@code restless}.
 */
final class FreshProgram {
  private static final long LIMIT_NANOS = 1_000_000_000;

  private FreshProgram() {}

  /** What is tried. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException;
  }

  /**
   * Tries until it works.
   *
   * @throws NoGadgetException when it still does not after a second: the program has no such code
   */
  static <T> T await(Attempt<T> attempt) throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        return attempt.run();
      } catch (NoGadgetException e) {
        if (System.nanoTime() - start > LIMIT_NANOS) {
          throw e;
        }
        Pause.brief("a program starts");
      }
    }
  }
}

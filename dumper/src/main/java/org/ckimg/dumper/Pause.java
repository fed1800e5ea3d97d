package org.ckimg.dumper;

import java.io.InterruptedIOException;

/** Between two looks at a process that is about to change. */
final class Pause {
  private static final long MILLIS = 2;

  private Pause() {}

  /**
   * Waits two milliseconds.
   *
   * @param what happens meanwhile, for the message of an interruption
   */
  static void brief(String what) throws InterruptedIOException {
    try {
      Thread.sleep(MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + what);
    }
  }
}

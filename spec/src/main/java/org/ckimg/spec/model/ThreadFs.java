package org.ckimg.spec.model;

import java.util.OptionalInt;

/** Where a thread is that left the place of its process, unshare(2) CLONE_FS. */
public sealed interface ThreadFs {
  /**
   * A place that is recorded with this thread.
   *
   * @param cwd file id of the working directory
   * @param root file id of the root directory
   * @param umask file mode creation mask, 0..0777
   */
  record Own(OptionalInt cwd, OptionalInt root, int umask) implements ThreadFs {}

  /**
   * The place of another thread of the process.
   *
   * @param tid the thread that it is recorded with
   */
  record Of(int tid) implements ThreadFs {}
}

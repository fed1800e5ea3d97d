package org.ckimg.restorer;

import java.io.IOException;
import java.util.List;

/** Whoever waits for a program to come back. */
public interface RestoreWatcher {
  /** Told that so many more bytes of memory were written. */
  void written(long bytes);

  /** Told that so many more bytes of memory were mapped from the image. */
  void mapped(long bytes);

  /**
   * Told that everything is built; the program runs when this returns.
   *
   * @param pid here
   * @param notes what it could not be given, in words
   * @throws IOException when it must not run; then it is undone
   */
  void beforeRun(int pid, List<String> notes) throws IOException;
}

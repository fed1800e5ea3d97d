package org.ckimg.restorer;

import java.io.IOException;
import java.util.List;
import org.ckimg.restorer.plan.Step;

/** Whoever waits for a program to come back. */
public interface RestoreWatcher {
  /**
   * Told of a step that is next.
   *
   * @throws IOException when it must not be made; then everything is undone
   */
  default void before(Step step) throws IOException {}

  /**
   * Told that so many more bytes of memory were written.
   *
   * @throws IOException when no more must be; then everything is undone
   */
  void written(long bytes) throws IOException;

  /**
   * Told that so many more bytes of memory were mapped from the image.
   *
   * @throws IOException when no more must be; then everything is undone
   */
  void mapped(long bytes) throws IOException;

  /**
   * Told that everything is built; the program runs when this returns.
   *
   * @param pid here
   * @param group here, of the processes that had the terminal
   * @param notes what it could not be given, in words
   * @throws IOException when it must not run; then it is undone
   */
  void beforeRun(int pid, int group, List<String> notes) throws IOException;
}

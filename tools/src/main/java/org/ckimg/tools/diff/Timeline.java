package org.ckimg.tools.diff;

import java.io.Closeable;
import java.io.IOException;

/** Takes the steps of a series one by one, while their images are open. */
public interface Timeline extends Closeable {
  /** Takes note of what happened from one image to the next. */
  void add(Diff step) throws IOException;

  /** True when nothing differed in any step. */
  boolean same();
}

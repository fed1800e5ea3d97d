package org.ckimg.restorer.tree;

import org.ckimg.spec.model.FileFacts;

/** Memory that has the form of a file: its name is no path. */
public final class MemoryFiles {
  /** How the kernel begins their names. */
  public static final String PREFIX = "/memfd:";

  /** How the kernel begins the names of System V shared memory. */
  public static final String SEGMENT = "/SYSV";

  private MemoryFiles() {}

  /** True for a segment of System V shared memory. */
  public static boolean isSegment(FileFacts file) {
    return file.deleted() && file.path().startsWith(SEGMENT);
  }

  /** True for a file with such a name. */
  public static boolean isNamed(FileFacts file) {
    return file.deleted() && file.path().startsWith(PREFIX);
  }
}

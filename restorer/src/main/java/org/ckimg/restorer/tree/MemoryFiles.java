package org.ckimg.restorer.tree;

import org.ckimg.spec.model.FileFacts;

/** Files that memfd_create(2) makes: they have a name that is no path. */
public final class MemoryFiles {
  /** How the kernel begins their names. */
  public static final String PREFIX = "/memfd:";

  private MemoryFiles() {}

  /** True for a file with such a name. */
  public static boolean isNamed(FileFacts file) {
    return file.deleted() && file.path().startsWith(PREFIX);
  }
}

package org.ckimg.spec.model;

import java.util.OptionalInt;

/**
 * What clone(2) lets a process have together with another one. It is recorded with one of those
 * that have it, who is named by the others.
 *
 * @param files pid of the process with whose records the table of descriptors is, CLONE_FILES;
 *     empty for a table of its own, or when it is not known
 * @param fs pid of the process whose working directory, root and umask these are, CLONE_FS; empty
 *     for its own, or when it is not known
 */
public record SharedWith(OptionalInt files, OptionalInt fs) {
  /** A process that is not known to share anything. */
  public static final SharedWith NOBODY = new SharedWith(OptionalInt.empty(), OptionalInt.empty());
}

package org.ckimg.spec.model;

import java.util.OptionalInt;

/**
 * A file lock that a process holds.
 *
 * @param kind who owns it
 * @param file id of the file
 * @param description id of the owning description; absent for POSIX locks
 * @param exclusive true for a write lock
 * @param start first byte
 * @param length bytes, 0 to the end of the file
 */
public record FileLock(
    Kind kind, int file, OptionalInt description, boolean exclusive, long start, long length) {
  /** Kinds of locks; the order is that of the numbers in the image, from 1. */
  public enum Kind {
    /** fcntl(2) F_SETLK: owned by the process. */
    POSIX,
    /** fcntl(2) F_OFD_SETLK: owned by the open file description. */
    OFD,
    /** flock(2): owned by the open file description. */
    FLOCK
  }
}

package org.ckimg.spec.model;

import java.util.OptionalInt;

/**
 * A run of bytes that is cut into pages.
 *
 * @param id 1, 2, …
 * @param kind what it is
 * @param length bytes; 0 for address spaces
 * @param owner index of the process for address spaces
 * @param base object of the parent image that inherited pages come from
 */
public record MemoryObject(int id, Kind kind, long length, OptionalInt owner, OptionalInt base) {
  /** What an object is; the order is that of the numbers in the image, from 1. */
  public enum Kind {
    /** Private memory that a fork does not copy, taken in the stop; page index = virtual page. */
    PRIVATE_IN_STOP,
    /** Shared anonymous memory; page index = offset / page size, as for all kinds below. */
    SHARED,
    MEMFD,
    SYSV,
    /** Bytes in a pipe or socket. */
    QUEUE,
    /** Content of a file. */
    FILE,
    /** Private memory of one process; page index = virtual page. */
    PRIVATE;

    /** True for bytes of something that has the form of a file. */
    public boolean isOfFile() {
      return this == MEMFD || this == SYSV || this == FILE;
    }
  }
}

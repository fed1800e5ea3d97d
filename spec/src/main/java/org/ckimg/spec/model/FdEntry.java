package org.ckimg.spec.model;

import java.util.Comparator;
import java.util.OptionalInt;

/**
 * One file descriptor of a process.
 *
 * @param number the descriptor
 * @param description id of the open file description
 * @param closeOnExec FD_CLOEXEC
 * @param thread tid of the thread whose table it is in, when unshare(2) gave that one its own;
 *     empty for the table of the process
 */
public record FdEntry(int number, int description, boolean closeOnExec, OptionalInt thread) {
  /** One in the table of the process. */
  public FdEntry(int number, int description, boolean closeOnExec) {
    this(number, description, closeOnExec, OptionalInt.empty());
  }

  /** The order in an image: the table of the process first, then those of threads, by tid. */
  public static final Comparator<FdEntry> ORDER =
      Comparator.comparingInt((FdEntry fd) -> fd.thread.orElse(0))
          .thenComparingInt(FdEntry::number);

  /** True for one in the table that the process has. */
  public boolean isOfProcess() {
    return thread.isEmpty();
  }

  /** What messages call it: {@code fd 3}, {@code fd 3 of thread 12}. */
  public String name() {
    return "fd " + number + (thread.isPresent() ? " of thread " + thread.getAsInt() : "");
  }
}

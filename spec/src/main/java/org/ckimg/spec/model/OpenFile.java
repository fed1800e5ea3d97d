package org.ckimg.spec.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * An open file description: what open(2) makes and dup(2) shares.
 *
 * @param id 1, 2, …
 * @param type what is open
 * @param file id of the file
 * @param flags access mode and status flags, open(2) numbers of the target, no O_CLOEXEC
 * @param position file offset, bytes
 * @param owner who gets SIGIO
 * @param signal F_SETSIG, 0 for SIGIO
 * @param state what it holds that no file does
 * @param captured false when it was only seen
 */
public record OpenFile(
    int id,
    FdType type,
    OptionalInt file,
    int flags,
    OptionalLong position,
    Optional<Owner> owner,
    OptionalInt signal,
    Optional<FdState> state,
    boolean captured) {
  /**
   * F_SETOWN_EX.
   *
   * @param type 0 thread, 1 process, 2 process group
   * @param id tid, pid or process group
   */
  public record Owner(int type, int id) {}

  /** The same, with what it holds. */
  public OpenFile withState(FdState held) {
    return new OpenFile(
        id, type, file, flags, position, owner, signal, Optional.of(held), captured);
  }
}

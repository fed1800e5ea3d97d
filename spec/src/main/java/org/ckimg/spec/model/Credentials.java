package org.ckimg.spec.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Ids and rights of a thread, credentials(7).
 *
 * @param ids user and group ids
 * @param groups supplementary groups, ascending
 * @param capabilities capability sets
 * @param securebits PR_GET_SECUREBITS
 * @param privileges what the thread gave up
 */
public record Credentials(
    Ids ids,
    List<Integer> groups,
    Optional<Capabilities> capabilities,
    OptionalInt securebits,
    Optional<Privileges> privileges) {
  /** Copies the list. */
  public Credentials {
    groups = List.copyOf(groups);
  }

  /** Real, effective, saved and file system ids. */
  public record Ids(
      int uid, int euid, int suid, int fsuid, int gid, int egid, int sgid, int fsgid) {
    /** Those of users, in this order. */
    public IntStream users() {
      return IntStream.of(uid, euid, suid, fsuid);
    }

    /** Those of groups, in this order; supplementary ones are not among them. */
    public IntStream groups() {
      return IntStream.of(gid, egid, sgid, fsgid);
    }
  }

  /** Capability sets, bit n is capability n of {@code linux/capability.h}. */
  public record Capabilities(
      long effective, long permitted, long inheritable, long bounding, long ambient) {}

  /**
   * What a thread gave up.
   *
   * @param noNewPrivs PR_GET_NO_NEW_PRIVS
   * @param seccompMode 0 none, 1 strict, 2 filter
   */
  public record Privileges(boolean noNewPrivs, int seccompMode) {}
}

package org.ckimg.spec.model;

/** Properties of a mapping; the order is that of the bits in the image, from bit 0. */
public enum VmaFlag {
  /** MAP_SHARED. */
  SHARED,
  /** MAP_GROWSDOWN. */
  GROWSDOWN,
  /** MAP_NORESERVE. */
  NORESERVE,
  /** MADV_HUGEPAGE. */
  HUGEPAGE,
  /** MADV_NOHUGEPAGE. */
  NOHUGEPAGE,
  /** MADV_DONTFORK. */
  DONTFORK,
  /** MADV_WIPEONFORK. */
  WIPEONFORK,
  /** mlock(2). */
  LOCKED,
  /** mlock2(2) with MLOCK_ONFAULT. */
  LOCKED_ONFAULT,
  /** MADV_DONTDUMP. */
  DONTDUMP,
  /** MADV_MERGEABLE. */
  MERGEABLE,
  /** MADV_RANDOM. */
  RANDOM,
  /** MADV_SEQUENTIAL. */
  SEQUENTIAL,
  /** mseal(2). */
  SEALED,
  /** May be made writable: a shared mapping of a file that was opened for writing. */
  MAY_WRITE,
  /** All of it is guard pages of MADV_GUARD_INSTALL; what lies around is mappings of its own. */
  GUARD,
  /** Counts against the commit limit. */
  ACCOUNTED
}

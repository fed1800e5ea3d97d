package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.List;

/** Collects what cannot be captured, so that the caller learns all of it at once. */
final class Refusals {
  private final List<String> reasons;
  private final String place;

  Refusals() {
    this(new ArrayList<>(), "");
  }

  private Refusals(List<String> reasons, String place) {
    this.reasons = reasons;
    this.place = place;
  }

  /** The same collection, for what one of several processes holds. */
  Refusals of(int pid) {
    return new Refusals(reasons, "process " + pid + ": ");
  }

  void add(String subject, String what) {
    reasons.add(place + subject + ": " + what + ": not supported");
  }

  boolean isEmpty() {
    return reasons.isEmpty();
  }

  List<String> reasons() {
    return List.copyOf(reasons);
  }

  void throwUnlessEmpty() throws DumpRefusedException {
    if (!reasons.isEmpty()) {
      throw new DumpRefusedException(reasons);
    }
  }
}

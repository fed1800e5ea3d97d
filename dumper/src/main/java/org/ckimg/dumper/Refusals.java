package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.List;

/** Collects what cannot be captured, so that the caller learns all of it at once. */
final class Refusals {
  private final List<String> reasons = new ArrayList<>();

  void add(String subject, String what) {
    reasons.add(subject + ": " + what + ": not supported");
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

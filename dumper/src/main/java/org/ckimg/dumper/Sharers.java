package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * Tasks that have one thing of some kind together. The order of kcmp(2) is total: a task is looked
 * for among those before it.
 */
final class Sharers {
  private static final int LESS = 1;

  private final int kind;
  private final List<Integer> sorted = new ArrayList<>();

  /** Sharers of what a KCMP_ constant stands for. */
  Sharers(int kind) {
    this.kind = kind;
  }

  /** The first task that was asked for and has the same; the task itself when it is that. */
  int first(int tid) throws SyscallException {
    int place = place(tid);
    OptionalInt found = at(place, tid);
    if (found.isEmpty()) {
      sorted.add(place, tid);
    }
    return found.orElse(tid);
  }

  /** The task that has the same; empty when none of those that were asked for has. */
  OptionalInt find(int tid) throws SyscallException {
    return at(place(tid), tid);
  }

  private OptionalInt at(int place, int tid) throws SyscallException {
    return place < sorted.size() && same(tid, sorted.get(place))
        ? OptionalInt.of(sorted.get(place))
        : OptionalInt.empty();
  }

  boolean same(int a, int b) throws SyscallException {
    return compare(a, b) == 0;
  }

  /** Behind all that are less. */
  private int place(int tid) throws SyscallException {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (compare(sorted.get(middle), tid) == LESS) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int compare(int a, int b) throws SyscallException {
    return ProcessCalls.compare(a, b, kind, 0, 0);
  }
}

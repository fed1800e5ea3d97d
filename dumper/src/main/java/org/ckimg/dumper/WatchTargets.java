package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.FdEntry;

/**
 * Finds the description that an entry of an epoll instance is on. Most often it still has the
 * number that it was added with; else it is searched for in the kernel's own order.
 */
final class WatchTargets {
  private static final int SAME = 0;
  private static final int LESS = 1;

  private final int pid;
  private final List<FdEntry> fds;
  private final Map<Integer, FdEntry> byNumber = new HashMap<>();
  private List<FdEntry> ordered = List.of();

  WatchTargets(int pid, List<FdEntry> fds) {
    this.pid = pid;
    this.fds = fds;
    fds.forEach(fd -> byNumber.put(fd.number(), fd));
  }

  /** Order of {@code fd} and what is looked for. */
  @FunctionalInterface
  private interface Order {
    int of(int fd) throws SyscallException;
  }

  /** The id of the description; empty when it is none of the program's. */
  OptionalInt find(int epoll, int number, int which) {
    Order order = fd -> ProcessCalls.compareWatched(pid, fd, epoll, number, which);
    try {
      FdEntry same = byNumber.get(number);
      if (same != null && order.of(number) == SAME) {
        return OptionalInt.of(same.description());
      }
      sort();
      int place = search(order);
      boolean found = place < ordered.size() && order.of(ordered.get(place).number()) == SAME;
      return found ? OptionalInt.of(ordered.get(place).description()) : OptionalInt.empty();
    } catch (SyscallException e) {
      // The program runs, and has just closed one of them.
      return OptionalInt.empty();
    }
  }

  private void sort() throws SyscallException {
    if (!ordered.isEmpty()) {
      return;
    }
    Map<Integer, FdEntry> oneEach = new HashMap<>();
    fds.forEach(fd -> oneEach.putIfAbsent(fd.description(), fd));
    ordered = new ArrayList<>();
    for (FdEntry fd : oneEach.values()) {
      int place =
          search(
              other -> ProcessCalls.compare(pid, pid, ProcessCalls.KCMP_FILE, other, fd.number()));
      ordered.add(place, fd);
    }
  }

  /** The first place whose description is not less. */
  private int search(Order order) throws SyscallException {
    int low = 0;
    int high = ordered.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (order.of(ordered.get(middle).number()) == LESS) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

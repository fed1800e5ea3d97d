package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.FdEntry;

/**
 * Finds the description that an entry of an epoll instance is on. Most often it still has the
 * number that it was added with; else it is searched for in the kernel's own order, among those of
 * all processes.
 */
final class WatchTargets {
  private static final int SAME = 0;
  private static final int LESS = 1;

  private final Collection<DescriptorCollector.Seen> descriptions;
  private List<DescriptorCollector.Seen> ordered = List.of();

  /** Looks among these, each of another description. */
  WatchTargets(Collection<DescriptorCollector.Seen> descriptions) {
    this.descriptions = descriptions;
  }

  /** Order of {@code fd} of {@code pid} and what is looked for. */
  @FunctionalInterface
  private interface Order {
    int of(int pid, int fd) throws SyscallException;

    default int of(DescriptorCollector.Seen description) throws SyscallException {
      return of(description.pid(), description.fd());
    }
  }

  /** The id of the description; empty when no process of the tree has it. */
  OptionalInt find(WatchCollector.Instance instance, int number, int which) {
    int watcher = instance.pid();
    Order order =
        (pid, fd) -> ProcessCalls.compareWatched(pid, fd, watcher, instance.fd(), number, which);
    try {
      FdEntry same = instance.byNumber().get(number);
      if (same != null && order.of(watcher, number) == SAME) {
        return OptionalInt.of(same.description());
      }
      sort();
      int place = search(order);
      boolean found = place < ordered.size() && order.of(ordered.get(place)) == SAME;
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
    ordered = new ArrayList<>();
    for (DescriptorCollector.Seen one : descriptions) {
      int place =
          search((pid, fd) ->
              ProcessCalls.compare(pid, one.pid(), ProcessCalls.KCMP_FILE, fd, one.fd()));
      ordered.add(place, one);
    }
  }

  /** The first place whose description is not less. */
  private int search(Order order) throws SyscallException {
    int low = 0;
    int high = ordered.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (order.of(ordered.get(middle)) == LESS) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

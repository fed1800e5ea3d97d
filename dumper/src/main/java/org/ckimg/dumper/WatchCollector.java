package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.linux.proc.FdEvents;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;

/** What the epoll instances of a tree watch, which can be read when every descriptor is known. */
final class WatchCollector {
  private final List<Instance> instances = new ArrayList<>();

  /**
   * An epoll instance by one of its descriptors.
   *
   * @param description its id
   * @param byNumber all descriptors of that process
   */
  record Instance(int pid, int fd, int description, Map<Integer, FdEntry> byNumber) {}

  void add(Instance instance) {
    instances.add(instance);
  }

  /** By id of the instance's description; what watches something outside the tree is refused. */
  Map<Integer, FdState.WatchList> read(WatchTargets targets, Refusals refusals) throws IOException {
    Map<Integer, FdState.WatchList> lists = new LinkedHashMap<>();
    for (Instance instance : instances) {
      FdState.WatchList list = watches(instance, targets);
      for (FdState.Watch watch : list.watches()) {
        if (watch.target().isEmpty()) {
          refusals.add(
              "fd " + instance.fd,
              "epoll that watches what was fd %d, which no process of the tree has"
                  .formatted(watch.number()));
        }
      }
      lists.put(instance.description, list);
    }
    return lists;
  }

  /** The entries of an epoll instance; the target is absent where no process of the tree has it. */
  private static FdState.WatchList watches(Instance instance, WatchTargets targets)
      throws IOException {
    List<FdState.Watch> watches = new ArrayList<>();
    Map<Integer, Integer> seen = new HashMap<>();
    FdInfo info = FdInfo.read(instance.pid(), instance.fd());
    if (info.events().orElse(null) instanceof FdEvents.WatchList list) {
      for (FdEvents.Watch watch : list.watches()) {
        int which = seen.merge(watch.number(), 1, Integer::sum) - 1;
        OptionalInt target = targets.find(instance, watch.number(), which);
        watches.add(new FdState.Watch(watch.number(), target, watch.events(), watch.data()));
      }
    }
    watches.sort(
        Comparator.comparingInt(FdState.Watch::number)
            .thenComparingInt(watch -> watch.target().orElse(0)));
    return new FdState.WatchList(watches);
  }
}

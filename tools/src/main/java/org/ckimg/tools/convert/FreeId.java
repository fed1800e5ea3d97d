package org.ckimg.tools.convert;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;

/**
 * No process or thread has the id 0 in a .ckimg. It has one where a format does not know better,
 * and on DragonFly, which counts the threads of a process from there.
 */
public final class FreeId {
  private FreeId() {}

  /** What 0 is to become; absent when nothing has that id. */
  public static OptionalInt of(Checkpoint checkpoint) {
    Set<Integer> used = new HashSet<>();
    for (ProcessState process : checkpoint.processes()) {
      used.add(process.pid());
      process.threads().forEach(thread -> used.add(thread.tid()));
    }
    if (!used.contains(0)) {
      return OptionalInt.empty();
    }
    int free = 1;
    while (used.contains(free)) {
      free++;
    }
    return OptionalInt.of(free);
  }

  /** The process with another id in place of 0. */
  static ProcessState in(ProcessState process, int id) {
    ProcessIds ids = process.ids();
    return process.withIds(
        new ProcessIds(other(ids.pid(), id), ids.parent(), ids.group(), ids.session()),
        process.attributes(),
        process.sharedWith(),
        threads(process.threads(), id),
        process.timers());
  }

  private static int other(int value, int id) {
    return value == 0 ? id : value;
  }

  /** The leader stays the first. */
  private static List<ThreadState> threads(List<ThreadState> all, int id) {
    List<ThreadState> threads = new ArrayList<>();
    all.forEach(thread -> threads.add(thread.withIds(other(thread.tid(), id), thread.fs())));
    if (!threads.isEmpty()) {
      threads.subList(1, threads.size()).sort(Comparator.comparingInt(ThreadState::tid));
    }
    return threads;
  }
}

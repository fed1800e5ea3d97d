package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ckimg.linux.sys.SyscallException;

/** Who belongs to a process. */
public final class ProcessTree {
  private ProcessTree() {}

  /** The process and its descendants as they are now, zombies included. */
  public static SortedSet<Integer> descendants(int root) throws IOException {
    SortedSet<Integer> tree = new TreeSet<>();
    Deque<Integer> next = new ArrayDeque<>();
    tree.add(root);
    next.add(root);
    while (!next.isEmpty()) {
      for (int child : children(next.remove())) {
        if (tree.add(child)) {
          next.add(child);
        }
      }
    }
    return tree;
  }

  private static List<Integer> children(int pid) throws IOException {
    try {
      return Tasks.children(pid);
    } catch (SyscallException e) {
      // It has ended, and its children are no longer descendants.
      return List.of();
    }
  }

  /**
   * Processes outside that are in a session or process group which a process of {@code tree} leads:
   * orphans, and neighbours in a pipeline.
   */
  public static List<Stat> relatives(SortedSet<Integer> tree) throws IOException {
    List<Stat> relatives = new ArrayList<>();
    for (int pid : Directory.numbers("/proc")) {
      if (!tree.contains(pid)) {
        addRelative(pid, tree, relatives);
      }
    }
    return relatives;
  }

  private static void addRelative(int pid, SortedSet<Integer> tree, List<Stat> relatives)
      throws IOException {
    try {
      Stat stat = Stat.read(pid);
      if (tree.contains(stat.session()) || tree.contains(stat.group())) {
        relatives.add(stat);
      }
    } catch (SyscallException e) {
      // It has ended.
      return;
    }
  }
}

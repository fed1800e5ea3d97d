package org.ckimg.linux.proc;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
   * What a process group is the work of: of {@code root} and its descendants the lowest that all of
   * the group are or descend from; {@code root} when none of them is in the group.
   */
  public static int above(int root, int group) throws IOException {
    Map<Integer, Integer> parents = new HashMap<>();
    List<Integer> members = new ArrayList<>();
    for (int pid : descendants(root)) {
      try {
        Stat stat = Stat.read(pid);
        parents.put(pid, stat.parent());
        if (stat.group() == group) {
          members.add(pid);
        }
      } catch (SyscallException e) {
        // It has ended.
        continue;
      }
    }
    return members.stream()
        .map(pid -> line(root, pid, parents))
        .reduce(ProcessTree::common)
        .map(List::getLast)
        .orElse(root);
  }

  /** From {@code root} down to {@code pid}. */
  private static List<Integer> line(int root, int pid, Map<Integer, Integer> parents) {
    List<Integer> line = new ArrayList<>();
    for (Integer p = pid; p != null && p != root; p = parents.get(p)) {
      line.addFirst(p);
    }
    line.addFirst(root);
    return line;
  }

  private static List<Integer> common(List<Integer> a, List<Integer> b) {
    int length = 0;
    while (length < Math.min(a.size(), b.size()) && a.get(length).equals(b.get(length))) {
      length++;
    }
    return a.subList(0, length);
  }

  /**
   * Living processes outside that are in a session or process group which a process of {@code tree}
   * leads: orphans, and neighbours in a pipeline.
   */
  public static List<Stat> relatives(SortedSet<Integer> tree) throws IOException {
    List<Stat> relatives = new ArrayList<>();
    for (int pid : Tasks.processes()) {
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
      boolean related = tree.contains(stat.session()) || tree.contains(stat.group());
      if (related && stat.state() != 'Z') {
        relatives.add(stat);
      }
    } catch (SyscallException e) {
      // It has ended.
      return;
    }
  }
}

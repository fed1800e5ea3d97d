package org.ckimg.restorer.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.ThreadState;

/**
 * The processes of an image as a tree. A session is inherited by fork(2), and made by setsid(2) in
 * a process that leads no group; so the order of forks and setsid follows from who is in which
 * session, credentials(7).
 */
public final class Tree {
  private final List<ProcessState> processes;
  private final Map<Integer, ProcessState> byPid = new HashMap<>();
  private final Map<Integer, List<ProcessState>> byParent = new HashMap<>();
  private final List<ProcessState> roots;

  /** Made when it is asked for: few images have somebody who asks. */
  private Map<Integer, ThreadState> threads;

  private Set<Integer> groups;

  private Tree(List<ProcessState> processes) {
    this.processes = processes;
    for (ProcessState process : processes) {
      byPid.put(process.pid(), process);
      byParent.computeIfAbsent(parent(process), pid -> new ArrayList<>(1)).add(process);
    }
    this.roots = processes.stream().filter(process -> !byPid.containsKey(parent(process))).toList();
  }

  /** Of all processes of an image. */
  public static Tree of(Checkpoint checkpoint) {
    return new Tree(checkpoint.processes());
  }

  /** Processes whose parents are not in the image, by pid; a whole tree has one. */
  public List<ProcessState> roots() {
    return roots;
  }

  /**
   * The one that all others descend from.
   *
   * @throws java.util.NoSuchElementException when there is no process
   */
  public ProcessState root() {
    return roots.getFirst();
  }

  /** Children of a process, by pid. */
  public List<ProcessState> children(ProcessState process) {
    return byParent.getOrDefault(process.pid(), List.of()).stream()
        .filter(child -> child != process)
        .toList();
  }

  /** Parents before their children; those that no root leads to are not among them. */
  public List<ProcessState> parentsFirst() {
    List<ProcessState> ordered = new ArrayList<>(roots);
    for (int i = 0; i < ordered.size(); i++) {
      ordered.addAll(children(ordered.get(i)));
    }
    return ordered;
  }

  /** The process with this pid, unless it has ended. */
  public Optional<ProcessState> living(int pid) {
    return Optional.ofNullable(byPid.get(pid)).filter(Tree::isAlive);
  }

  /** True for a process with this pid in the image. */
  public boolean has(int pid) {
    return byPid.containsKey(pid);
  }

  /**
   * True when F_SETOWN_EX names somebody who is restored, fcntl(2).
   *
   * @param type 0 thread, 1 process, 2 process group
   */
  public boolean hasOwner(int type, int id) {
    return switch (type) {
      case 0 -> thread(id).isPresent();
      case 1 -> has(id);
      default -> groups().contains(id);
    };
  }

  /** The thread with this tid. */
  public Optional<ThreadState> thread(int tid) {
    if (threads == null) {
      threads = new HashMap<>();
      processes.forEach(process -> process.threads().forEach(t -> threads.put(t.tid(), t)));
    }
    return Optional.ofNullable(threads.get(tid));
  }

  private Set<Integer> groups() {
    if (groups == null) {
      groups = processes.stream().map(this::groupHere).collect(Collectors.toSet());
    }
    return groups;
  }

  /** True when it leads its session. */
  public static boolean leadsSession(ProcessState process) {
    return process.ids().session().orElse(0) == process.pid();
  }

  /** True for a child that its parent had before it made a session of its own. */
  public boolean isEarly(ProcessState child) {
    ProcessState parent = byPid.get(parent(child));
    return parent != null
        && leadsSession(parent)
        && !leadsSession(child)
        && session(child) != parent.pid();
  }

  /**
   * The session that a process was born into, 0 for that of whoever restores.
   *
   * <p>It is the one that its parent is in, or was in when the process came early.
   */
  public int bornInto(ProcessState process) {
    ProcessState parent = byPid.get(parent(process));
    if (parent == null) {
      return 0;
    }
    return isEarly(process) ? bornInto(parent) : sessionHere(parent);
  }

  /** The session that a process has, 0 for that of whoever restores. */
  public int sessionHere(ProcessState process) {
    int session = session(process);
    return session == session(root()) && !leadsSession(root()) ? 0 : session;
  }

  /** The process group that it has; that of the root when that was led by somebody outside. */
  public int groupHere(ProcessState process) {
    int group = process.ids().group().orElse(process.pid());
    return group == rootGroup() && !has(group) ? root().pid() : group;
  }

  private int rootGroup() {
    return root().ids().group().orElse(root().pid());
  }

  /** Process groups whose leaders have ended; a number that nobody may have meanwhile. */
  public SortedSet<Integer> lostGroups() {
    SortedSet<Integer> lost = new TreeSet<>();
    for (ProcessState process : roots.size() == 1 ? processes : List.<ProcessState>of()) {
      int group = groupHere(process);
      if (!has(group)) {
        lost.add(group);
      }
    }
    return lost;
  }

  /** The process group that had the terminal of the root; none when that is not here. */
  public OptionalInt foreground() {
    OptionalInt group = root().attributes().ttyGroup();
    return group.isPresent()
            && living().stream().anyMatch(process -> groupHere(process) == group.getAsInt())
        ? group
        : OptionalInt.empty();
  }

  /** Those that are alive. */
  public List<ProcessState> living() {
    return processes.stream().filter(Tree::isAlive).toList();
  }

  /** False of one that has ended, and that nobody has waited for. */
  public static boolean isAlive(ProcessState process) {
    return process.state() != RunState.ZOMBIE;
  }

  private static int parent(ProcessState process) {
    return process.ids().parent().orElse(0);
  }

  private static int session(ProcessState process) {
    return process.ids().session().orElse(0);
  }
}

package org.ckimg.linux.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * A process and its descendants, all stopped at once: parents before their children, so that a
 * process that stands still has all the children it will have. Closing lets all of them go on.
 * Lives on the thread of a {@link org.ckimg.linux.ptrace.Tracer}.
 */
public final class SeizedTree implements AutoCloseable {
  /** So many rounds are only needed by a tree that runs away. */
  private static final long LIMIT_NANOS = 20_000_000_000L;

  private static final long END_NANOS = 200_000_000L;

  private final SeizedProcess root;
  private final SortedMap<Integer, SeizedProcess> processes = new TreeMap<>();
  private final SortedSet<Integer> zombies = new TreeSet<>();

  private SeizedTree(SeizedProcess root) {
    this.root = root;
    processes.put(root.pid(), root);
  }

  /**
   * Stops a process and, if asked for, its descendants.
   *
   * @throws TargetBusyException when one of them is traced, or does not stop; then all run on
   * @throws SyscallException when ptrace is not permitted
   */
  public static SeizedTree seize(int pid, boolean descendants) throws IOException {
    SeizedTree tree = new SeizedTree(SeizedProcess.seize(pid));
    try {
      while (descendants && tree.seizeNewChildren()) {
        // One that is a subreaper may have been given orphans meanwhile.
        if (System.nanoTime() - tree.root.startNanos() > LIMIT_NANOS) {
          throw new TargetBusyException(
              "process %d does not stand still: its descendants fork and end too fast"
                  .formatted(pid));
        }
      }
      return tree;
    } catch (IOException | RuntimeException e) {
      tree.close();
      throw e;
    }
  }

  private boolean seizeNewChildren() throws IOException {
    boolean found = false;
    List<Integer> next = new ArrayList<>(processes.keySet());
    while (!next.isEmpty()) {
      for (int child : Tasks.children(next.removeLast())) {
        if (!processes.containsKey(child) && !zombies.contains(child)) {
          found |= seize(child, next);
        }
      }
    }
    return found;
  }

  private boolean seize(int child, List<Integer> next) throws IOException {
    if (isDead(child)) {
      requireEnd(child);
      return !Leftovers.isDeadCopy(child) && zombies.add(child);
    }
    try {
      processes.put(child, SeizedProcess.seize(child));
      next.add(child);
      return true;
    } catch (TargetBusyException | SyscallException e) {
      if (ProcessCalls.exists(child) && !isDead(child)) {
        throw e;
      }
      // It has ended under our hands; the next round finds a zombie, or nothing.
      return true;
    }
  }

  /** Threads of a process that is killed end one after the other, the first one not always last. */
  private static void requireEnd(int zombie) throws IOException {
    long start = System.nanoTime();
    while (Tasks.outliveFirst(zombie)) {
      if (System.nanoTime() - start > END_NANOS) {
        throw TargetBusyException.ofDead(zombie);
      }
      Thread.onSpinWait();
    }
  }

  private static boolean isDead(int pid) throws IOException {
    try {
      return Stat.read(pid).isDead();
    } catch (SyscallException e) {
      return false;
    }
  }

  /** The one that was asked for. */
  public SeizedProcess root() {
    return root;
  }

  /** All that stand still, by pid. */
  public List<SeizedProcess> processes() {
    return List.copyOf(processes.values());
  }

  /** Those that have ended and that their parents have not waited for, by pid. */
  public List<Integer> zombies() {
    return List.copyOf(zombies);
  }

  /** Pids of all of them. */
  public SortedSet<Integer> pids() {
    SortedSet<Integer> pids = new TreeSet<>(zombies);
    processes().forEach(process -> pids.add(process.pid()));
    return pids;
  }

  /** System.nanoTime() of the first request to stop. */
  public long startNanos() {
    return root.startNanos();
  }

  /** System.nanoTime() just before the last thread was let go; 0 before that. */
  public long endNanos() {
    return processes.values().stream().mapToLong(SeizedProcess::endNanos).max().orElse(0);
  }

  /** Lets every process go on, the root last. A second call does nothing. */
  public void release() {
    processes.values().stream().filter(p -> p != root).forEach(SeizedProcess::release);
    root.release();
  }

  /** Ends every process with SIGKILL; one that is slow to end holds none of the others up. */
  public void kill() throws IOException {
    for (SeizedProcess process : processes.values()) {
      process.kill();
    }
    for (SeizedProcess process : processes.values()) {
      process.awaitEnd();
    }
  }

  @Override
  public void close() {
    release();
  }
}

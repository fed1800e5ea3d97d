package org.ckimg.restorer.gather;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ckimg.linux.proc.ProcessTree;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;

/** Ids of an image that somebody has here. */
final class TakenIds {
  private static final int INIT = 1;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  /** Jobs of a shell that was killed need a moment to hear of it. */
  private static final long ORPHAN_NANOS = 500_000_000;

  private static final long PAUSE_MILLIS = 5;

  private TakenIds() {}

  /** Those that are taken, in the order of the image. */
  static List<Integer> of(Checkpoint checkpoint) throws IOException {
    long start = System.nanoTime();
    List<Integer> before = List.of();
    List<Integer> taken = taken(checkpoint);
    while (!isSettled(before, taken, System.nanoTime() - start)
        && System.nanoTime() - start < PATIENCE_NANOS) {
      pause();
      before = taken;
      taken = taken(checkpoint);
    }
    return taken;
  }

  /** A number may be seen as that of a group whose last member is gone when it is asked for. */
  private static boolean isSettled(List<Integer> before, List<Integer> taken, long nanos) {
    return taken.isEmpty()
        || taken.equals(before) && taken.stream().noneMatch(id -> isAboutToGo(id, nanos));
  }

  private static List<Integer> taken(Checkpoint checkpoint) throws IOException {
    List<Integer> taken = new ArrayList<>();
    for (ProcessState process : checkpoint.processes()) {
      // The number of a group is kept as long as anybody is in it, though its leader has ended.
      if (process.threads().isEmpty() && ProcessCalls.isTaken(process.pid())) {
        taken.add(process.pid());
      }
      for (ThreadState thread : process.threads()) {
        if (ProcessCalls.isTaken(thread.tid())) {
          taken.add(thread.tid());
        }
      }
    }
    Tree.of(checkpoint).lostGroups().stream().filter(ProcessCalls::isTaken).forEach(taken::add);
    addSessions(checkpoint, taken);
    return taken;
  }

  /** The number of a session is taken as long as anybody is in it, and no call tells. */
  private static void addSessions(Checkpoint checkpoint, List<Integer> taken) throws IOException {
    SortedSet<Integer> pids = new TreeSet<>();
    checkpoint.processes().forEach(process -> pids.add(process.pid()));
    for (Stat stat : ProcessTree.relatives(pids)) {
      if (pids.contains(stat.session()) && !taken.contains(stat.session())) {
        taken.add(stat.session());
      }
    }
  }

  /**
   * Processes of a tree that was just killed end, and are zombies until init has waited for them;
   * so do those that outlive the leader of their session.
   */
  private static boolean isAboutToGo(int pid, long nanos) {
    try {
      Stat stat = Stat.read(pid);
      return stat.state() == 'Z' ? stat.parent() == INIT : stat.hasEnded();
    } catch (IOException e) {
      return nanos < ORPHAN_NANOS;
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while an id is still taken");
    }
  }
}

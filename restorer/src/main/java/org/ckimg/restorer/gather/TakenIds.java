package org.ckimg.restorer.gather;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
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
  private static final long PAUSE_MILLIS = 5;

  private TakenIds() {}

  /** Those that are taken, in the order of the image. */
  static List<Integer> of(Checkpoint checkpoint) throws IOException {
    long start = System.nanoTime();
    List<Integer> before = List.of();
    List<Integer> taken = taken(checkpoint);
    while (!isSettled(before, taken) && System.nanoTime() - start < PATIENCE_NANOS) {
      pause();
      before = taken;
      taken = taken(checkpoint);
    }
    return taken;
  }

  /** A number may be seen as that of a group whose last member is gone when it is asked for. */
  private static boolean isSettled(List<Integer> before, List<Integer> taken) {
    return taken.isEmpty()
        || taken.equals(before) && taken.stream().noneMatch(TakenIds::isAboutToGo);
  }

  private static List<Integer> taken(Checkpoint checkpoint) {
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
    return taken;
  }

  /** Processes of a tree that was just killed are zombies until init has waited for them. */
  private static boolean isAboutToGo(int pid) {
    try {
      Stat stat = Stat.read(pid);
      return stat.state() == 'Z' && stat.parent() == INIT;
    } catch (IOException e) {
      return false;
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

package org.ckimg.restorer.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;

/**
 * Descriptors of threads that have their own. While a program is built its processes have them too,
 * under numbers above all others, and the threads take them along when they leave the table.
 *
 * @param checkpoint the program while it is built: all descriptors are of processes
 * @param leaving threads that leave the table of their process, by its pid
 */
public record ThreadTables(Checkpoint checkpoint, Map<Integer, List<Leaving>> leaving) {
  /**
   * A descriptor that a thread takes along.
   *
   * @param lent its number in the process until then
   * @param fd as it is in the end
   */
  public record Moved(int lent, FdEntry fd) {}

  /** A thread and all that it has in the end, ascending. */
  public record Leaving(int tid, List<Moved> fds) {
    /** Copies the list. */
    public Leaving {
      fds = List.copyOf(fds);
    }
  }

  /** Copies the map. */
  public ThreadTables {
    leaving = Map.copyOf(leaving);
  }

  /** Finds them. */
  public static ThreadTables of(Checkpoint checkpoint) {
    Map<Integer, List<Leaving>> leaving = new LinkedHashMap<>();
    List<ProcessState> processes = new ArrayList<>();
    int above = firstAbove(checkpoint);
    for (ProcessState process : checkpoint.processes()) {
      if (process.threads().stream().noneMatch(ThreadState::ownFiles)) {
        processes.add(process);
        continue;
      }
      Map<Integer, List<FdEntry>> byThread = new HashMap<>();
      for (FdEntry fd : process.fds()) {
        byThread.computeIfAbsent(fd.thread().orElse(0), _ -> new ArrayList<>()).add(fd);
      }
      List<FdEntry> fds = new ArrayList<>(process.ownFds());
      List<Leaving> threads = new ArrayList<>();
      for (ThreadState thread : process.threads()) {
        if (thread.ownFiles()) {
          List<FdEntry> own = byThread.getOrDefault(thread.tid(), List.of());
          threads.add(new Leaving(thread.tid(), lend(own, above, fds)));
        }
      }
      leaving.put(process.pid(), threads);
      processes.add(process.withFds(fds));
    }
    return new ThreadTables(checkpoint.withProcesses(processes), leaving);
  }

  private static int firstAbove(Checkpoint checkpoint) {
    IntStream used =
        checkpoint.processes().stream()
            .flatMap(process -> process.fds().stream())
            .mapToInt(FdEntry::number);
    return used.max().orElse(-1) + 1;
  }

  /** Adds what a thread has to what its process has until then. */
  private static List<Moved> lend(List<FdEntry> own, int above, List<FdEntry> fds) {
    List<Moved> moved = new ArrayList<>();
    for (FdEntry fd : own) {
      int lent = Math.max(above, fds.isEmpty() ? 0 : fds.getLast().number() + 1);
      fds.add(new FdEntry(lent, fd.description(), true));
      moved.add(new Moved(lent, fd));
    }
    return moved;
  }

  /** Threads of a process that leave its table. */
  public List<Leaving> of(int pid) {
    return leaving.getOrDefault(pid, List.of());
  }
}

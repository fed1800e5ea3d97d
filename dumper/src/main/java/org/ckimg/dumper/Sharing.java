package org.ckimg.dumper;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.remote.SeizedProcess;
import org.ckimg.linux.remote.SeizedThread;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Makers;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SharedWith;

/**
 * What processes have together though they are no threads of each other, by clone(2) with
 * CLONE_FILES and CLONE_FS, and where threads are that unshare(2) took out of the place of their
 * process, or of its descriptors. One memory or one set of signal actions is refused, as of a
 * vfork(2) that has not yet ended.
 */
final class Sharing {
  private static final Map<Integer, String> REFUSED =
      Map.of(
          ProcessCalls.KCMP_VM, "memory",
          ProcessCalls.KCMP_SIGHAND, "signal actions");

  private final Refusals refusals;
  private final Sharers files = new Sharers(ProcessCalls.KCMP_FILES);
  private final Sharers fs = new Sharers(ProcessCalls.KCMP_FS);
  private final Map<Integer, SharedWith> byPid = new HashMap<>();
  private final Map<Integer, Integer> fsOfThreads = new HashMap<>();
  private final Set<Integer> ownFiles = new HashSet<>();

  private Sharing(Refusals refusals) {
    this.refusals = refusals;
  }

  /**
   * Compares the processes with each other, and the threads of each with its leader.
   *
   * @param processes in the order of the image
   */
  static Sharing of(List<SeizedProcess> processes, Refusals refusals) throws SyscallException {
    Sharing sharing = new Sharing(refusals);
    for (Map.Entry<Integer, String> kind : REFUSED.entrySet()) {
      sharing.refuse(processes, new Sharers(kind.getKey()), kind.getValue());
    }
    for (SeizedProcess process : processes) {
      sharing.compareProcess(process.pid());
      for (SeizedThread thread : process.threads()) {
        if (thread.tid() != process.pid()) {
          sharing.compareThread(process, thread.tid());
        }
      }
    }
    return sharing;
  }

  private void refuse(List<SeizedProcess> processes, Sharers sharers, String what)
      throws SyscallException {
    for (SeizedProcess process : processes) {
      int first = sharers.first(process.pid());
      if (first != process.pid()) {
        refusals.add(
            "process " + process.pid(), "%s shared with process %d".formatted(what, first));
      }
    }
  }

  private void compareProcess(int pid) throws SyscallException {
    byPid.put(
        pid,
        new SharedWith(
            earlier(pid, files.first(pid), "descriptors"),
            earlier(pid, fs.first(pid), "working directory")));
  }

  /** The process before this one that it has something together with. */
  private OptionalInt earlier(int pid, int first, String what) {
    if (first == pid) {
      return OptionalInt.empty();
    }
    if (!byPid.containsKey(first)) {
      refusals.add("process " + pid, what + " shared with thread " + first);
      return OptionalInt.empty();
    }
    return OptionalInt.of(first);
  }

  private void compareThread(SeizedProcess process, int tid) throws SyscallException {
    if (!files.same(tid, process.pid())) {
      compareTable(process, tid);
    }
    if (!fs.same(tid, process.pid())) {
      int first = fs.first(tid);
      if (process.threads().stream().anyMatch(thread -> thread.tid() == first)) {
        fsOfThreads.put(tid, first);
      } else {
        refusals.add("thread " + tid, "working directory shared with " + name(first));
      }
    }
  }

  private String name(int tid) {
    return (byPid.containsKey(tid) ? "process " : "thread ") + tid;
  }

  /** Refuses what tasks of the tree have together with those of others. */
  void refuseOutside(OtherHolders others) throws IOException {
    new OutsideSharers("descriptors", files, refusals).refuse(others);
    new OutsideSharers("working directory", fs, refusals).refuse(others);
  }

  /** One table of two threads could not be made after the table of their process. */
  private void compareTable(SeizedProcess process, int tid) throws SyscallException {
    int first = files.first(tid);
    if (first != tid) {
      refusals.add("thread " + tid, "descriptors shared with " + name(first));
    } else if (byPid.get(process.pid()).files().isPresent()) {
      refusals.add("thread " + tid, "descriptors of its own beside those that its process shares");
    } else {
      ownFiles.add(tid);
    }
  }

  /** True for a thread whose descriptors are not those of its process. */
  boolean hasOwnFiles(int tid) {
    return ownFiles.contains(tid);
  }

  /** What a process has together with an earlier one. */
  SharedWith of(int pid) {
    return byPid.get(pid);
  }

  /** The first thread with the place of this one; empty for the place of its process. */
  OptionalInt fsOfThread(int tid) {
    Integer first = fsOfThreads.get(tid);
    return first == null ? OptionalInt.empty() : OptionalInt.of(first);
  }

  /** Refuses what cannot be made again, since neither parent nor sibling has it. */
  static void refuseImpossible(List<ProcessState> processes, Refusals refusals) {
    for (ProcessState process : Makers.of(processes).impossible()) {
      refusals.add(
          "process " + process.pid(),
          "descriptors or a working directory shared with processes that cannot have made it: no"
              + " parent, and no sibling of the same session and exit signal");
    }
  }
}

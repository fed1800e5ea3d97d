package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.remote.SeizedThread;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * Refuses processes that have one memory or one table of descriptors though they are no threads of
 * each other: clone(2) with CLONE_VM and the like, or a vfork(2) that has not yet ended; and
 * threads that have what the others do not, by unshare(2).
 */
final class Sharing {
  private static final Map<Integer, String> OF_PROCESSES =
      Map.of(
          ProcessCalls.KCMP_VM, "memory",
          ProcessCalls.KCMP_FILES, "descriptors",
          ProcessCalls.KCMP_FS, "working directory",
          ProcessCalls.KCMP_SIGHAND, "signal actions");

  private static final Map<Integer, String> OF_THREADS =
      Map.of(
          ProcessCalls.KCMP_FILES, "descriptors",
          ProcessCalls.KCMP_FS, "working directory");

  private static final int LESS = 1;

  private final List<Member> members;
  private final Refusals refusals;

  private Sharing(List<Member> members, Refusals refusals) {
    this.members = members;
    this.refusals = refusals;
  }

  /** Compares the processes with each other, and the threads of each. */
  static void refuse(List<Member> members, Refusals refusals) throws SyscallException {
    Sharing sharing = new Sharing(members, refusals);
    for (int kind : OF_PROCESSES.keySet()) {
      sharing.compareProcesses(kind);
    }
    for (Member member : members) {
      sharing.compareThreads(member);
    }
  }

  /** The order of kcmp(2) is total: a process is looked for among those before it. */
  private void compareProcesses(int kind) throws SyscallException {
    List<Integer> sorted = new ArrayList<>();
    for (Member member : members) {
      int place = place(member.pid(), sorted, kind);
      if (place < sorted.size() && compare(member.pid(), sorted.get(place), kind) == 0) {
        refusals.add(
            "process " + member.pid(),
            "%s shared with process %d".formatted(OF_PROCESSES.get(kind), sorted.get(place)));
      } else {
        sorted.add(place, member.pid());
      }
    }
  }

  /** Behind all that are less. */
  private static int place(int pid, List<Integer> sorted, int kind) throws SyscallException {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (compare(sorted.get(middle), pid, kind) == LESS) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int compare(int a, int b, int kind) throws SyscallException {
    return ProcessCalls.compare(a, b, kind, 0, 0);
  }

  private void compareThreads(Member member) throws SyscallException {
    for (SeizedThread thread : member.process().threads()) {
      for (Map.Entry<Integer, String> kind : OF_THREADS.entrySet()) {
        boolean own =
            thread.tid() != member.pid() && compare(thread.tid(), member.pid(), kind.getKey()) != 0;
        if (own) {
          refusals.add("thread " + thread.tid(), kind.getValue() + " of its own");
        }
      }
    }
  }
}

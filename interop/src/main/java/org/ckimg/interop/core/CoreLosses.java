package org.ckimg.interop.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadState;

/** What a checkpoint says and a core of one of its processes cannot. */
public final class CoreLosses {
  private final List<String> losses = new ArrayList<>();

  private CoreLosses() {}

  /** One line for each kind of thing, such as {@code 4 descriptors}. */
  public static List<String> of(Checkpoint checkpoint, ProcessState process) {
    CoreLosses all = new CoreLosses();
    all.addProcesses(checkpoint, process);
    all.addProcess(process);
    all.addThreads(process.threads());
    return List.copyOf(all.losses);
  }

  private void addProcesses(Checkpoint checkpoint, ProcessState process) {
    String others =
        checkpoint.processes().stream()
            .filter(other -> other != process)
            .map(other -> Integer.toString(other.pid()))
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      losses.add("process " + others);
    }
    count(checkpoint.extras().size(), "sections that are not understood");
    add(checkpoint.redacted(), "that the image is redacted");
  }

  private void addProcess(ProcessState process) {
    count(process.fds().size(), "descriptors");
    count(process.actions().map(List::size).orElse(0), "signal actions");
    count(process.pending().map(List::size).orElse(0), "signals that wait for the process");
    count(process.timers().size(), "timers");
    count(process.limits().size(), "limits");
    count(process.locks().size(), "file locks");
    count(
        process.vmas().stream().filter(vma -> !vma.flags().isEmpty()).count(),
        "sets of mapping flags");
    add(process.cwd().isPresent() || process.root().isPresent(), "working and root directory");
    add(process.umask().isPresent(), "umask");
    add(!process.sharedWith().equals(SharedWith.NOBODY), "what is shared with other processes");
    add(process.startNanos().isPresent(), "time of start");
  }

  private void addThreads(List<ThreadState> threads) {
    count(
        threads.stream().filter(t -> t.regset(Regset.NT_PRSTATUS).isEmpty()).count(),
        "threads without registers");
    count(threads.stream().skip(1).filter(t -> t.comm().isPresent()).count(), "names of threads");
    count(
        threads.stream().filter(t -> t.credentials().isPresent()).count(),
        "sets of credentials, but for uid and gid of the first thread");
    count(threads.stream().filter(t -> t.altstack().isPresent()).count(), "alternate stacks");
    count(threads.stream().filter(t -> t.scheduling().isPresent()).count(), "sets of scheduling");
    count(
        threads.stream().filter(t -> t.fs().isPresent()).count(),
        "threads with a working directory of their own");
    count(threads.stream().filter(t -> t.rseq().isPresent()).count(), "rseq areas");
    count(threads.stream().filter(t -> t.robustList().isPresent()).count(), "robust lists");
    count(threads.stream().mapToLong(t -> t.filters().size()).sum(), "seccomp filters");
  }

  private void count(long number, String what) {
    add(number > 0, number + " " + what);
  }

  private void add(boolean lost, String what) {
    if (lost) {
      losses.add(what);
    }
  }
}

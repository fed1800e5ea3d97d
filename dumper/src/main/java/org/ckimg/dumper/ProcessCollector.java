package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.linux.proc.Limits;
import org.ckimg.linux.proc.PosixTimers;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.proc.ResourceLimit;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.remote.RemoteCalls;
import org.ckimg.linux.remote.SeizedProcess;
import org.ckimg.linux.remote.SeizedThread;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.Vma;

/** The state of one stopped process but for its memory and descriptors. */
final class ProcessCollector {
  static final long NANOS_PER_TICK = 10_000_000;

  private final SeizedProcess process;
  private final int pid;
  private final FileTable files;
  private final ProcessQuestions questions;
  private final UnsavedState unsaved;
  private final Map<Integer, ThreadQuestions> threadQuestions = new HashMap<>();
  private final List<PendingSignal> pending;
  private final Sharing sharing;

  /** Prepares the questions and reads the pending signals, which answering could add to. */
  ProcessCollector(SeizedProcess process, FileTable files, Sharing sharing) throws IOException {
    this.process = process;
    this.pid = process.pid();
    this.files = files;
    this.sharing = sharing;
    this.questions = new ProcessQuestions(PosixTimers.read(pid));
    this.unsaved = new UnsavedState(questions.calls());
    for (SeizedThread thread : process.threads()) {
      threadQuestions.put(thread.tid(), new ThreadQuestions());
    }
    this.pending = ThreadCollector.pending(pid, true);
  }

  /** Questions that any thread can answer. */
  RemoteCalls processCalls() {
    return questions.calls();
  }

  /** Questions for each thread. */
  Map<Integer, RemoteCalls> threadCalls() {
    Map<Integer, RemoteCalls> calls = new HashMap<>();
    threadQuestions.forEach((tid, asked) -> calls.put(tid, asked.calls()));
    return calls;
  }

  /** What the process has that an image has no place for; the questions were answered. */
  List<String> unsaved() {
    return unsaved.notes(pid);
  }

  /** Reads everything; the questions were answered. */
  ProcessState collect(List<Vma> vmas, DescriptorCollector.Held descriptors) throws IOException {
    Status status = Status.read(pid);
    Stat stat = Stat.read(pid);
    List<Timer> timers = questions.timers();
    List<PendingSignal> now = ThreadCollector.pending(pid, true);
    List<ThreadState> threads = new ArrayList<>();
    for (SeizedThread thread : process.threads()) {
      ThreadQuestions asked = threadQuestions.get(thread.tid());
      threads.add(
          new ThreadCollector(pid, thread, asked)
              .collect(fs(thread.tid()), sharing.hasOwnFiles(thread.tid())));
    }
    return new ProcessState(
        new ProcessIds(
            pid,
            OptionalInt.of(stat.parent()),
            OptionalInt.of(stat.group()),
            OptionalInt.of(stat.session())),
        runState(),
        OptionalInt.empty(),
        OptionalLong.of(stat.startTicks() * NANOS_PER_TICK),
        OptionalInt.of(link("exe")),
        OptionalInt.of(link("cwd")),
        OptionalInt.of(link("root")),
        status.umask(),
        sharing.of(pid),
        Optional.of(Bytes.of(ProcFile.bytes(pid, "cmdline"))),
        Optional.of(Bytes.of(ProcFile.bytes(pid, "environ"))),
        Optional.of(Bytes.of(ProcFile.bytes(pid, "auxv"))),
        Optional.of(layout(stat)),
        attributes(stat),
        threads,
        Optional.of(questions.actions()),
        Optional.of(Expiry.complete(pending, now, timers)),
        timers,
        limits(),
        vmas,
        descriptors.fds(),
        descriptors.locks());
  }

  private RunState runState() {
    if (process.wasStopped()) {
      return RunState.STOPPED;
    }
    return process.leader().registers().inSyscall() ? RunState.SLEEPING : RunState.RUNNING;
  }

  private Optional<ThreadFs> fs(int tid) throws IOException {
    OptionalInt first = sharing.fsOfThread(tid);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    if (first.getAsInt() != tid) {
      return Optional.of(new ThreadFs.Of(first.getAsInt()));
    }
    String task = "task/" + tid + "/";
    return Optional.of(
        new ThreadFs.Own(
            OptionalInt.of(link(task + "cwd")),
            OptionalInt.of(link(task + "root")),
            Status.readThread(pid, tid).umask().orElseThrow()));
  }

  private int link(String name) throws IOException {
    return files.add("/proc/" + pid + "/" + name, ProcFile.link(pid, name)).id();
  }

  private MemoryLayout layout(Stat s) throws IOException {
    return new MemoryLayout(
        s.startCode(),
        s.endCode(),
        s.startData(),
        s.endData(),
        s.startBrk(),
        questions.brk(),
        s.startStack(),
        s.argStart(),
        s.argEnd(),
        s.envStart(),
        s.envEnd());
  }

  private ProcessAttributes attributes(Stat stat) throws IOException {
    return new ProcessAttributes(
        number("personality", 16),
        OptionalInt.of(questions.dumpable()),
        number("oom_score_adj", 10),
        number("coredump_filter", 16),
        Optional.of(questions.childSubreaper()),
        Optional.of(questions.hugePagesDisabled()),
        OptionalInt.of(stat.ttyNumber()),
        OptionalInt.of(stat.ttyGroup()),
        OptionalInt.of(stat.exitSignal()));
  }

  private OptionalInt number(String name, int radix) throws IOException {
    OptionalLong value = ProcFile.number(pid, name, radix);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  private List<Limit> limits() throws IOException {
    List<Limit> limits = new ArrayList<>();
    for (ResourceLimit limit : Limits.read(pid)) {
      limits.add(new Limit(limit.resource(), limit.soft(), limit.hard()));
    }
    return limits;
  }
}

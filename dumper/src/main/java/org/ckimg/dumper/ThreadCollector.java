package org.ckimg.dumper;

import static org.ckimg.linux.sys.NativeBytes.INT;
import static org.ckimg.linux.sys.NativeBytes.LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.remote.SeizedThread;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RobustList;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;

/** The state of one stopped thread. */
final class ThreadCollector {
  private static final int MAX_CPUS_BYTES = 1024;
  private static final int IOPRIO_WHO_PROCESS = 1;

  private final int pid;
  private final SeizedThread thread;
  private final ThreadQuestions questions;

  ThreadCollector(int pid, SeizedThread thread, ThreadQuestions questions) {
    this.pid = pid;
    this.thread = thread;
    this.questions = questions;
  }

  /**
   * Reads everything; the questions were answered.
   *
   * @param fs its place, when that is not the one of its process
   */
  ThreadState collect(Optional<ThreadFs> fs, boolean ownFiles) throws IOException {
    int tid = thread.tid();
    Status status = Status.readThread(pid, tid);
    Stat stat = Stat.readThread(pid, tid);
    return new ThreadState(
        tid,
        Optional.of(Bytes.of(stat.comm())),
        regsets(),
        OptionalLong.of(thread.mask()),
        Optional.of(questions.altStack()),
        Optional.of(pending(tid, false)),
        robustList(),
        Ptrace.rseq(tid).map(r -> new Rseq(r.address(), r.bytes(), r.signature(), r.flags())),
        questions.tidAddress(),
        questions.deathSignal(),
        Optional.of(credentials(status)),
        filters(status),
        Optional.of(scheduling(stat)),
        fs,
        ownFiles);
  }

  private List<Regset> regsets() throws SyscallException {
    return List.of(
        new Regset(Regset.NT_PRSTATUS, Bytes.of(thread.registers().toBytes())),
        new Regset(
            Regset.NT_X86_XSTATE, Bytes.of(Ptrace.regset(thread.tid(), Ptrace.NT_X86_XSTATE))));
  }

  /** Pending signals of a thread, or of its process. */
  static List<PendingSignal> pending(int tid, boolean shared) throws SyscallException {
    List<PendingSignal> pending = new ArrayList<>();
    for (byte[] siginfo : Ptrace.pendingSignals(tid, shared)) {
      pending.add(new PendingSignal(LittleEndian.number(siginfo, 0), Bytes.of(siginfo)));
    }
    return pending;
  }

  private Optional<RobustList> robustList() throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(16, 8);
      Syscalls.check(
          "get_robust_list",
          Syscalls.call(Sys.GET_ROBUST_LIST, thread.tid(), out.address(), out.address() + 8),
          "tid " + thread.tid());
      long address = out.get(LONG, 0);
      return address == 0
          ? Optional.empty()
          : Optional.of(new RobustList(address, out.get(LONG, 8)));
    }
  }

  private Credentials credentials(Status s) {
    int[] u = s.uids();
    int[] g = s.gids();
    return new Credentials(
        new Credentials.Ids(u[0], u[1], u[2], u[3], g[0], g[1], g[2], g[3]),
        s.groups().stream().sorted(Integer::compareUnsigned).distinct().toList(),
        Optional.of(
            new Credentials.Capabilities(
                s.capEffective(),
                s.capPermitted(),
                s.capInheritable(),
                s.capBounding(),
                s.capAmbient())),
        questions.securebits(),
        Optional.of(new Credentials.Privileges(s.noNewPrivs(), s.seccompMode())));
  }

  private List<SeccompFilter> filters(Status status) throws SyscallException {
    if (status.seccompMode() != 2) {
      return List.of();
    }
    List<SeccompFilter> filters = new ArrayList<>();
    for (Ptrace.Filter filter : Ptrace.seccompFilters(thread.tid())) {
      filters.add(new SeccompFilter(filter.flags(), Bytes.of(filter.program())));
    }
    return filters;
  }

  private Scheduling scheduling(Stat stat) throws SyscallException {
    int tid = thread.tid();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(64, 8);
      Syscalls.check(
          "sched_getattr",
          Syscalls.call(Sys.SCHED_GETATTR, tid, attributes.address(), 56, 0),
          "tid " + tid);
      MemorySegment cpus = arena.allocate(MAX_CPUS_BYTES, 8);
      long length =
          Syscalls.check(
              "sched_getaffinity",
              Syscalls.call(Sys.SCHED_GETAFFINITY, tid, MAX_CPUS_BYTES, cpus.address()),
              "tid " + tid);
      long io = Syscalls.call(Sys.IOPRIO_GET, IOPRIO_WHO_PROCESS, tid);
      return new Scheduling(
          attributes.get(INT, 4),
          stat.nice(),
          attributes.get(INT, 20),
          (int) attributes.get(LONG, 8),
          Bytes.of(NativeBytes.bytes(cpus, length)),
          io >= 0 ? OptionalInt.of((int) io) : OptionalInt.empty(),
          questions.timerSlackNanos());
    }
  }
}

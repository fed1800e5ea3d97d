package org.ckimg.linux.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Stop;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * All threads of a process, stopped. Closing lets them go on, whatever happened in between. Lives
 * on the thread of a {@link org.ckimg.linux.ptrace.Tracer}.
 */
public final class SeizedProcess implements AutoCloseable {
  private static final int SIGKILL = 9;

  /** A task that does not stop in this time is in an uninterruptible wait. */
  private static final long STOP_TIMEOUT_MILLIS = 5_000;

  private final int pid;
  private final long startNanos;
  private final Map<Integer, SeizedThread> threads = new LinkedHashMap<>();
  private final List<Integer> attached = new ArrayList<>();
  private long patienceMillis = STOP_TIMEOUT_MILLIS;
  private SignalUse signals = SignalUse.NONE;
  private boolean stoppedBySignal;
  private long endNanos;

  private SeizedProcess(int pid) {
    this.pid = pid;
    this.startNanos = System.nanoTime();
  }

  /**
   * Stops every thread of a process.
   *
   * @throws TargetBusyException when it is traced, dies, or does not stop; then it runs on
   * @throws SyscallException when ptrace is not permitted, or would not suspend a seccomp filter
   */
  public static SeizedProcess seize(int pid) throws IOException {
    SeizedProcess process = new SeizedProcess(pid);
    try {
      while (process.seizeNewThreads()) {
        // A thread that was not yet stopped may have started another one.
      }
      if (!process.threads.containsKey(pid)) {
        throw new TargetBusyException("the leader of process " + pid + " has ended");
      }
      process.lookAtThreads();
      return process;
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private boolean seizeNewThreads() throws IOException {
    List<Integer> fresh = new ArrayList<>();
    for (int tid : Tasks.threads(pid)) {
      if (!attached.contains(tid) && attach(tid)) {
        fresh.add(tid);
      }
    }
    for (int tid : fresh) {
      if (awaitStop(tid)) {
        collect(tid);
      }
    }
    return !fresh.isEmpty();
  }

  /** False when the thread ended before it could be attached to. */
  private boolean attach(int tid) throws IOException {
    try {
      Ptrace.seize(tid, Ptrace.O_TRACESYSGOOD);
    } catch (SyscallException e) {
      if (e.errno() == Errno.ESRCH && tid != pid) {
        return false;
      }
      throw explain(e, tid);
    }
    attached.add(tid);
    Ptrace.interrupt(tid);
    return true;
  }

  /** SEIZE gives EPERM for a missing right, a second tracer and a zombie alike. */
  private IOException explain(SyscallException refused, int tid) throws IOException {
    if (refused.errno() != Errno.EPERM) {
      return refused;
    }
    Status status = Status.readThread(pid, tid);
    if (Tasks.threads((int) ProcessHandle.current().pid()).contains(status.tracer())) {
      // What dies within a stop can be neither let go nor stopped again.
      return new TargetBusyException("process " + pid + " is about to end");
    }
    if (status.tracer() != 0) {
      return TargetBusyException.ofTraced(pid, status.tracer());
    }
    if (status.isDead()) {
      return TargetBusyException.ofDead(pid);
    }
    return refused;
  }

  /**
   * Waits for the event stop. A signal that arrives first is handed on: a tracer that dies here
   * does not lose it either.
   */
  private boolean awaitStop(int tid) throws IOException {
    while (true) {
      Optional<Stop> stop = Ptrace.await(tid, patienceMillis);
      if (stop.isEmpty()) {
        // The others may be many, and have had this time too.
        patienceMillis = 0;
        throw new TargetBusyException(
            "thread %d of process %d does not stop: it waits in the kernel".formatted(tid, pid));
      }
      if (!stop.get().stopped()) {
        attached.remove(Integer.valueOf(tid));
        if (tid == pid) {
          throw new TargetEndedException(pid, stop.get());
        }
        return false;
      }
      if (stop.get().isEventStop()) {
        stoppedBySignal |= stop.get().wasStoppedBySignal();
        return true;
      }
      Ptrace.resume(tid, stop.get().signal());
      // Any stop takes back the request to stop.
      Ptrace.interrupt(tid);
    }
  }

  private void collect(int tid) throws SyscallException {
    Registers found = Ptrace.registers(tid);
    Registers cured = EintrCure.cure(found);
    if (cured != found) {
      // At once: should we die now, the target restarts the call instead of seeing EINTR.
      Ptrace.setRegisters(tid, cured);
    }
    Registers aborted = RseqAbort.apply(tid, cured);
    threads.put(tid, new SeizedThread(tid, aborted, Ptrace.signalMask(tid)));
  }

  /**
   * Seccomp is each thread's own: a filter that forbids what we ask its thread would kill the
   * process. Not before all stand still: SECCOMP_FILTER_FLAG_TSYNC gives a filter to others, too.
   */
  private void lookAtThreads() throws IOException {
    for (SeizedThread thread : threads.values()) {
      Status status = Status.readThread(pid, thread.tid());
      if (status.seccompMode() != 0) {
        suspendFilter(thread.tid());
      }
      signals = signals.with(status, thread.mask());
    }
  }

  private void suspendFilter(int tid) throws IOException {
    try {
      Ptrace.setOptions(tid, Ptrace.O_TRACESYSGOOD | Ptrace.O_SUSPEND_SECCOMP);
    } catch (SyscallException e) {
      if (e.errno() == Errno.ESRCH) {
        throw new TargetBusyException("process " + pid + " is about to end");
      }
      throw e;
    }
  }

  /** Process id. */
  public int pid() {
    return pid;
  }

  /** The threads, the leader first. */
  public List<SeizedThread> threads() {
    List<SeizedThread> ordered = new ArrayList<>(threads.values());
    ordered.sort(
        (a, b) -> a.tid() == pid ? -1 : b.tid() == pid ? 1 : Integer.compare(a.tid(), b.tid()));
    return ordered;
  }

  /** The thread whose tid is the pid. */
  public SeizedThread leader() {
    return threads.get(pid);
  }

  /** What it does with signals. */
  SignalUse signals() {
    return signals;
  }

  /** True when a signal had stopped the process before we did; it stays stopped. */
  public boolean wasStopped() {
    return stoppedBySignal;
  }

  /** System.nanoTime() of the first request to stop. */
  public long startNanos() {
    return startNanos;
  }

  /** System.nanoTime() just before the last thread was let go; 0 before that. */
  public long endNanos() {
    return endNanos;
  }

  /** Lets every thread go on. A second call does nothing. */
  public void release() {
    for (int tid : List.copyOf(attached).reversed()) {
      // A thread of the target may take our processor as soon as it is free.
      endNanos = System.nanoTime();
      letGo(tid);
    }
    attached.clear();
  }

  private void letGo(int tid) {
    try {
      if (!threads.containsKey(tid)) {
        awaitStop(tid);
      }
      Ptrace.detach(tid);
    } catch (IOException e) {
      // The task is gone, or it never stopped: the kernel lets it go when our thread ends.
      attached.remove(Integer.valueOf(tid));
    }
  }

  /** Ends the process with SIGKILL. */
  void kill() throws SyscallException {
    ProcessCalls.kill(pid, SIGKILL);
  }

  /** Waits until it has ended. */
  void awaitEnd() throws IOException {
    // The leader's end is reported only when every other thread was waited for.
    attached.sort(java.util.Comparator.comparing(tid -> tid == pid));
    for (int tid : attached) {
      Ptrace.awaitEnd(tid);
    }
    attached.clear();
  }

  @Override
  public void close() {
    release();
  }
}

package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.linux.remote.CloneArgs;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RobustList;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.ThreadState;

/** Makes the threads, and in the end puts each where it was. */
final class ThreadSteps {
  private static final int PR_SET_NAME = 15;
  private static final int PR_SET_TIMERSLACK = 29;
  private static final int CAP_SYS_NICE = 23;
  private static final int SS_ONSTACK = 1;
  private static final int SIGSTOP = 19;
  private static final int COMM_BYTES = 16;
  private static final int IOPRIO_WHO_PROCESS = 1;
  private static final long NO_CALL = -1;
  private static final long STOP_NANOS = 5_000_000_000L;

  private static final long ERESTARTSYS = -512;
  private static final long ERESTARTNOINTR = -513;
  private static final long ERESTARTNOHAND = -514;
  private static final long ERESTART_RESTARTBLOCK = -516;

  private static final long THREAD_FLAGS =
      CloneArgs.CLONE_PTRACE
          | CloneArgs.CLONE_VM
          | CloneArgs.CLONE_FS
          | CloneArgs.CLONE_FILES
          | CloneArgs.CLONE_SIGHAND
          | CloneArgs.CLONE_THREAD
          | CloneArgs.CLONE_SYSVSEM;

  private final Construction construction;

  ThreadSteps(Construction construction) {
    this.construction = construction;
  }

  void create(Step.CloneThread step) throws IOException {
    int imageTid = step.thread().tid();
    byte[] tid = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(imageTid).array();
    long tidAddress = construction.workbench().put(CloneArgs.BYTES, tid);
    long arguments =
        construction
            .workbench()
            .put(CloneArgs.bytes(THREAD_FLAGS, 0, tidAddress, step.sameTid() ? 1 : 0));
    construction.addThread(
        imageTid, construction.remote().clone(construction.tid(step.maker()), arguments));
  }

  void setUp(Step.SetUpThread step) throws IOException {
    ThreadState thread = step.thread();
    int tid = construction.tid(thread.tid());
    construction.remote().call(tid, Sys.SET_TID_ADDRESS, thread.clearTidAddress().orElseThrow());
    if (thread.robustList().isPresent()) {
      RobustList list = thread.robustList().get();
      check(tid, "set_robust_list", Sys.SET_ROBUST_LIST, list.address(), list.bytes());
    }
    if (thread.rseq().isPresent()) {
      Rseq rseq = thread.rseq().get();
      check(tid, "rseq", Sys.RSEQ, rseq.address(), rseq.bytes(), rseq.flags(), rseq.signature());
    }
    setAltStack(tid, thread.altstack().orElseThrow());
    if (thread.comm().isPresent()) {
      setName(tid, thread.comm().get());
    }
    schedule(tid, thread.scheduling().orElseThrow());
  }

  void setName(int tid, Bytes comm) throws IOException {
    long name = construction.workbench().put(Arrays.copyOf(comm.toArray(), COMM_BYTES));
    check(tid, "prctl(PR_SET_NAME)", Sys.PRCTL, PR_SET_NAME, name);
  }

  private void check(int tid, String name, int number, long... arguments) throws IOException {
    construction.check(tid, name, "tid " + tid, number, arguments);
  }

  /** SS_ONSTACK is told by the kernel from the stack pointer and cannot be set. */
  private void setAltStack(int tid, AltStack stack) throws IOException {
    ByteBuffer value = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    value.putLong(0, stack.address()).putInt(8, stack.flags() & ~SS_ONSTACK);
    value.putLong(16, stack.bytes());
    check(tid, "sigaltstack", Sys.SIGALTSTACK, construction.workbench().put(value.array()), 0);
  }

  /** Policy before nice: with nice raised, leaving a policy is no longer permitted. */
  private void schedule(int tid, Scheduling wanted) throws IOException {
    ByteBuffer parameter = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    parameter.putInt(wanted.priority());
    int resetOnFork = (wanted.flags() & 1) != 0 ? 0x40000000 : 0;
    grant(
        tid,
        "scheduling policy " + wanted.policy(),
        Sys.SCHED_SETSCHEDULER,
        0,
        wanted.policy() | resetOnFork,
        construction.workbench().put(parameter.array()));
    byte[] cpus = wanted.affinity().toArray();
    if (cpus.length > 0) {
      long mask = construction.workbench().put(cpus);
      grant(tid, "CPU affinity", Sys.SCHED_SETAFFINITY, 0, cpus.length, mask);
    }
    setNice(tid, wanted.nice());
    if (wanted.ioPriority().isPresent()) {
      grant(
          tid,
          "I/O priority",
          Sys.IOPRIO_SET,
          IOPRIO_WHO_PROCESS,
          0,
          wanted.ioPriority().getAsInt());
    }
    if (wanted.timerSlackNanos().isPresent()) {
      grant(tid, "timer slack", Sys.PRCTL, PR_SET_TIMERSLACK, wanted.timerSlackNanos().getAsLong());
    }
  }

  /** The tool may be allowed what the program is not, and may give it. */
  private void setNice(int tid, int nice) throws IOException {
    long result = construction.remote().call(tid, Sys.SETPRIORITY, 0, 0, nice);
    if (result < 0 && construction.host().caller().mayGrant(CAP_SYS_NICE)) {
      result = Syscalls.call(Sys.SETPRIORITY, 0, tid, nice);
    }
    if (result < 0) {
      construction.note("thread %d does not get nice %d".formatted(tid, nice));
    }
  }

  private void grant(int tid, String what, int number, long... arguments) throws IOException {
    long result = construction.remote().call(tid, number, arguments);
    if (result < 0) {
      construction.note(
          "thread %d does not get its %s: %s".formatted(tid, what, Errno.name((int) -result)));
    }
  }

  /** The workbench goes with the last call; then no thread is touched but by its registers. */
  void finish(Step.Finish step) throws IOException {
    Workbench bench = construction.workbench();
    check(construction.pid(), "munmap", Sys.MUNMAP, bench.address(), Workbench.BYTES);
    for (ThreadState thread : leaderLast(step.threads())) {
      setRegisters(thread);
    }
  }

  private List<ThreadState> leaderLast(List<ThreadState> threads) {
    List<ThreadState> ordered = new ArrayList<>(threads);
    ordered.sort(Comparator.comparing(t -> t.tid() == construction.image().pid()));
    return ordered;
  }

  void letGo(Step.LetGo step) throws IOException {
    if (step.stopped()) {
      ProcessCalls.kill(construction.pid(), SIGSTOP);
    }
    for (ThreadState thread : leaderLast(construction.image().threads())) {
      int tid = construction.tid(thread.tid());
      Ptrace.setOptions(tid, 0);
      Ptrace.detach(tid);
    }
    if (step.stopped()) {
      awaitStop();
    }
  }

  /** Until it stands still, its parent could still be told of it. */
  private void awaitStop() throws IOException {
    long start = System.nanoTime();
    while (Stat.read(construction.pid()).state() != 'T') {
      if (System.nanoTime() - start > STOP_NANOS) {
        throw new IOException("process %d does not stop".formatted(construction.image().pid()));
      }
      Thread.onSpinWait();
    }
  }

  private void setRegisters(ThreadState thread) throws IOException {
    int tid = construction.tid(thread.tid());
    Bytes extended =
        construction
            .host()
            .extendedRegisters(
                construction.checkpoint().host(),
                thread.regset(Regset.NT_X86_XSTATE).orElseThrow());
    byte[] general = thread.regset(Regset.NT_PRSTATUS).orElseThrow().toArray();
    Ptrace.setRegset(tid, Ptrace.NT_X86_XSTATE, extended.toArray());
    Ptrace.setRegisters(tid, resumed(Registers.of(general)));
    Ptrace.setSignalMask(tid, thread.blocked().orElseThrow());
  }

  /**
   * A thread that was in a system call makes it again. The kernel's restart block cannot be made
   * again, so a call that has one starts over; outside a restart no call number may stand.
   */
  static Registers resumed(Registers registers) {
    if (!registers.inSyscall()) {
      return registers;
    }
    long result = registers.get(Name.RAX);
    if (result == ERESTART_RESTARTBLOCK) {
      return registers.with(Name.RAX, ERESTARTNOHAND);
    }
    boolean restarts =
        result == ERESTARTSYS || result == ERESTARTNOINTR || result == ERESTARTNOHAND;
    return restarts ? registers : registers.with(Name.ORIG_RAX, NO_CALL);
  }
}

package org.ckimg.interop.criu.write;

import static org.ckimg.interop.criu.write.FileEncoder.text;

import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.LimitEntry;
import org.ckimg.interop.criu.proto.RseqEntry;
import org.ckimg.interop.criu.proto.StackEntry;
import org.ckimg.interop.criu.proto.TaskCore;
import org.ckimg.interop.criu.proto.TaskLimits;
import org.ckimg.interop.criu.proto.ThreadCore;
import org.ckimg.interop.criu.proto.X86Info;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.ThreadState;

/** Threads, and what is of their process. */
final class CoreEncoder {
  private static final int X86_64 = 1;
  private static final int ALIVE = 1;
  private static final int DEAD = 2;
  private static final int STOPPED = 3;
  private static final int SIGSTOP = 19;
  private static final int FILTER_MODE = 2;

  /** The only set of control groups: that of whoever restores. */
  static final int GROUPS = 1;

  private final SeccompEncoder seccomp;

  CoreEncoder(SeccompEncoder seccomp) {
    this.seccomp = seccomp;
  }

  /** Of the first thread of a process. */
  CoreEntry leader(ProcessState process) {
    if (process.state() == RunState.ZOMBIE) {
      return CoreEntry.newBuilder().setMtype(X86_64).setTc(dead(process)).build();
    }
    return thread(process.leader()).setTc(task(process)).build();
  }

  private static TaskCore dead(ProcessState process) {
    return TaskCore.newBuilder()
        .setTaskState(DEAD)
        .setExitCode(process.exitStatus().orElseThrow())
        .setPersonality(0)
        .setFlags(0)
        .setBlkSigset(0)
        .setComm(text(name(process)))
        .build();
  }

  /** That of a program that has ended may not be known, and CRIU demands one. */
  private static Bytes name(ProcessState process) {
    return process.comm().orElse(Bytes.EMPTY);
  }

  private TaskCore task(ProcessState process) {
    boolean stopped = process.state() == RunState.STOPPED;
    TaskCore.Builder task =
        TaskCore.newBuilder()
            .setTaskState(stopped ? STOPPED : ALIVE)
            .setExitCode(0)
            .setPersonality(process.attributes().personality().orElseThrow())
            .setFlags(0)
            .setBlkSigset(process.leader().blocked().orElseThrow())
            .setComm(text(process.leader().comm().orElseThrow()))
            .setTimers(TimerEncoder.encode(process.timers()))
            .setRlimits(limits(process))
            .setSignalsS(SignalEncoder.queue(process.pending().orElseThrow()))
            .addAllSigactions(SignalEncoder.actions(process.actions().orElseThrow()));
    if (stopped) {
      task.setStopSigno(SIGSTOP);
    }
    process.attributes().oomScoreAdj().ifPresent(task::setOomScoreAdj);
    process.attributes().childSubreaper().ifPresent(task::setChildSubreaper);
    return task.build();
  }

  private static TaskLimits limits(ProcessState process) {
    TaskLimits.Builder limits = TaskLimits.newBuilder();
    for (Limit limit : process.limits()) {
      limits.addLimits(LimitEntry.newBuilder().setCur(limit.soft()).setMax(limit.hard()));
    }
    return limits.build();
  }

  /** Of any other thread. */
  CoreEntry follower(ThreadState thread) {
    CoreEntry.Builder core = thread(thread);
    core.getThreadCoreBuilder().setBlkSigset(thread.blocked().orElseThrow());
    return core.build();
  }

  private CoreEntry.Builder thread(ThreadState thread) {
    return CoreEntry.newBuilder()
        .setMtype(X86_64)
        .setX86(
            X86Info.newBuilder()
                .setClearTidAddr(thread.clearTidAddress().orElseThrow())
                .setGpregs(RegisterEncoder.general(thread.regset(Regset.NT_PRSTATUS).orElseThrow()))
                .setFpregs(
                    RegisterEncoder.extended(thread.regset(Regset.NT_X86_XSTATE).orElseThrow())))
        .setThreadCore(own(thread));
  }

  private ThreadCore.Builder own(ThreadState thread) {
    ThreadCore.Builder own =
        ThreadCore.newBuilder()
            .setFutexRla(thread.robustList().map(list -> list.address()).orElse(0L))
            .setFutexRlaLen(thread.robustList().map(list -> (int) list.bytes()).orElse(0))
            .setSignalsP(SignalEncoder.queue(thread.pending().orElseThrow()))
            .setCreds(CredentialsEncoder.encode(thread.credentials().orElseThrow()))
            .setCgSet(GROUPS);
    thread.comm().ifPresent(comm -> own.setComm(text(comm)));
    thread.scheduling().ifPresent(scheduling -> schedule(scheduling, own));
    thread
        .altstack()
        .ifPresent(stack ->
            own.setSas(
                StackEntry.newBuilder()
                    .setSp(stack.address())
                    .setSize(stack.bytes())
                    .setFlags(stack.flags())));
    thread
        .rseq()
        .ifPresent(rseq ->
            own.setRseq(
                RseqEntry.newBuilder()
                    .setPointer(rseq.address())
                    .setSize(rseq.bytes())
                    .setSignature(rseq.signature())));
    if (thread.deathSignal().orElse(0) != 0) {
      own.setPdeathSig(thread.deathSignal().getAsInt());
    }
    if (!thread.filters().isEmpty()) {
      own.setSeccompMode(FILTER_MODE).setSeccompFilter(seccomp.newest(thread));
    }
    return own;
  }

  private static void schedule(Scheduling scheduling, ThreadCore.Builder own) {
    own.setSchedNice(scheduling.nice()).setSchedPolicy(scheduling.policy());
    if (scheduling.priority() != 0) {
      own.setSchedPrio(scheduling.priority());
    }
  }
}

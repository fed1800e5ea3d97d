package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.linux.proc.PosixTimer;
import org.ckimg.linux.remote.RemoteCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.Timer;

/** What only the process itself can be asked: calls that one of its threads makes in the stop. */
final class ProcessQuestions {
  private static final int SIGNALS = 64;
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;
  private static final int SIGACTION_BYTES = 32;
  private static final int ITIMER_BYTES = 32;
  private static final int SIGSET_BYTES = 8;
  private static final int PR_GET_DUMPABLE = 3;
  private static final int PR_GET_CHILD_SUBREAPER = 37;
  private static final int PR_GET_THP_DISABLE = 42;
  private static final int SIGEV_THREAD_ID = 4;
  private static final long NANOS = 1_000_000_000;

  private final RemoteCalls calls = new RemoteCalls();
  private final List<PosixTimer> posixTimers;
  private final int[] intervalTimers = new int[3];
  private final List<Integer> timerValues = new ArrayList<>();
  private final List<Integer> timerOverruns = new ArrayList<>();
  private final int[] actions = new int[SIGNALS + 1];
  private final int brk;
  private final int dumpable;
  private final int subreaper;
  private final int hugePages;

  /**
   * Asks. Interval timers come first: one that expires in the stop reads as not armed.
   *
   * @param posixTimers that the process has
   */
  ProcessQuestions(List<PosixTimer> posixTimers) {
    this.posixTimers = posixTimers;
    for (int which = 0; which < intervalTimers.length; which++) {
      intervalTimers[which] = calls.addOut(ITIMER_BYTES, Sys.GETITIMER, which, RemoteCalls.OUT);
    }
    for (PosixTimer timer : posixTimers) {
      timerValues.add(calls.addOut(ITIMER_BYTES, Sys.TIMER_GETTIME, timer.id(), RemoteCalls.OUT));
      timerOverruns.add(calls.add(Sys.TIMER_GETOVERRUN, timer.id()));
    }
    for (int signal = 1; signal <= SIGNALS; signal++) {
      actions[signal] =
          calls.addOut(SIGACTION_BYTES, Sys.RT_SIGACTION, signal, 0, RemoteCalls.OUT, SIGSET_BYTES);
    }
    brk = calls.add(Sys.BRK, 0);
    dumpable = calls.add(Sys.PRCTL, PR_GET_DUMPABLE);
    subreaper = calls.addOut(8, Sys.PRCTL, PR_GET_CHILD_SUBREAPER, RemoteCalls.OUT);
    hugePages = calls.add(Sys.PRCTL, PR_GET_THP_DISABLE, 0, 0, 0, 0);
  }

  RemoteCalls calls() {
    return calls;
  }

  private long answer(String name, int index) throws SyscallException {
    return org.ckimg.linux.sys.Syscalls.check(name, calls.result(index), "the target");
  }

  /** Actions that are not the default. */
  List<SignalAction> actions() throws IOException {
    List<SignalAction> found = new ArrayList<>();
    for (int signal = 1; signal <= SIGNALS; signal++) {
      if (signal == SIGKILL || signal == SIGSTOP) {
        continue;
      }
      answer("rt_sigaction", actions[signal]);
      byte[] raw = calls.out(actions[signal]);
      SignalAction action =
          new SignalAction(
              signal,
              LittleEndian.word(raw, 0),
              LittleEndian.word(raw, 8),
              LittleEndian.word(raw, 24),
              LittleEndian.word(raw, 16));
      boolean isDefault =
          action.handler() == 0
              && action.flags() == 0
              && action.mask() == 0
              && action.restorer() == 0;
      if (!isDefault) {
        found.add(action);
      }
    }
    return found;
  }

  /** Timers that are set up; an interval timer that is not armed is none. */
  List<Timer> timers() throws IOException {
    List<Timer> timers = new ArrayList<>();
    for (Timer.Kind kind : Timer.Kind.values()) {
      int call = intervalTimers[kind.ordinal()];
      answer("getitimer", call);
      byte[] raw = calls.out(call);
      long interval = micros(raw, 0);
      long value = micros(raw, 16);
      if (interval != 0 || value != 0) {
        timers.add(new Timer.Interval(kind, interval, value));
      }
    }
    for (int i = 0; i < posixTimers.size(); i++) {
      timers.add(posix(i));
    }
    return timers;
  }

  private static long micros(byte[] raw, int offset) {
    return LittleEndian.word(raw, offset) * NANOS + LittleEndian.word(raw, offset + 8) * 1000;
  }

  private Timer posix(int index) throws IOException {
    PosixTimer timer = posixTimers.get(index);
    answer("timer_gettime", timerValues.get(index));
    byte[] raw = calls.out(timerValues.get(index));
    long overrun = calls.result(timerOverruns.get(index));
    return new Timer.Posix(
        timer.id(),
        timer.clock(),
        timer.notifyKind(),
        timer.signal(),
        timer.sigval(),
        (timer.notifyKind() & SIGEV_THREAD_ID) != 0 ? timer.target() : 0,
        overrun >= 0 ? OptionalInt.of((int) overrun) : OptionalInt.empty(),
        LittleEndian.word(raw, 0) * NANOS + LittleEndian.word(raw, 8),
        LittleEndian.word(raw, 16) * NANOS + LittleEndian.word(raw, 24));
  }

  /** End of the data segment. */
  long brk() throws IOException {
    return answer("brk", brk);
  }

  int dumpable() throws IOException {
    return (int) answer("prctl(PR_GET_DUMPABLE)", dumpable);
  }

  boolean childSubreaper() throws IOException {
    answer("prctl(PR_GET_CHILD_SUBREAPER)", subreaper);
    return LittleEndian.number(calls.out(subreaper), 0) != 0;
  }

  boolean hugePagesDisabled() {
    return calls.result(hugePages) > 0;
  }
}

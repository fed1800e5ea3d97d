package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ckimg.linux.sys.Sys;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;

/** Signal actions, timers, and signals that wait. */
final class SignalSteps {
  private static final int SIGSET_BYTES = 8;
  private static final int SIGINFO_BYTES = 128;
  private static final int SI_CODE_OFFSET = 8;
  private static final int SI_TIMERID_OFFSET = 16;
  private static final int SI_TIMER = -2;
  private static final int SIGEVENT_BYTES = 64;
  private static final int PR_TIMER_CREATE_RESTORE_IDS = 77;
  private static final long NANOS = 1_000_000_000;
  private static final int CLOCK_OF_THREAD = -2;

  private final Construction construction;

  SignalSteps(Construction construction) {
    this.construction = construction;
  }

  void setActions(Step.SetActions step) throws IOException {
    for (SignalAction action : step.actions()) {
      ByteBuffer value = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
      value.putLong(action.handler()).putLong(action.flags());
      value.putLong(action.restorer()).putLong(action.mask());
      construction.check(
          "rt_sigaction",
          "signal " + action.number(),
          Sys.RT_SIGACTION,
          action.number(),
          construction.workbench().put(value.array()),
          0,
          SIGSET_BYTES);
    }
  }

  /** All are created before one is armed, so that none runs while others are made. */
  void startTimers(Step.StartTimers step) throws IOException {
    long on = construction.call(Sys.PRCTL, PR_TIMER_CREATE_RESTORE_IDS, 1);
    for (Timer timer : step.timers()) {
      if (timer instanceof Timer.Posix posix) {
        create(posix, on == 0);
      }
    }
    construction.call(Sys.PRCTL, PR_TIMER_CREATE_RESTORE_IDS, 0);
    for (Timer timer : step.timers()) {
      switch (timer) {
        case Timer.Posix posix -> arm(posix);
        case Timer.Interval interval -> arm(interval);
      }
    }
  }

  private void create(Timer.Posix timer, boolean chosenId) throws IOException {
    if (!chosenId) {
      throw new IOException(
          "timer %d: this kernel cannot give a timer its old id".formatted(timer.id()));
    }
    ByteBuffer event = ByteBuffer.allocate(SIGEVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    event.putLong(timer.sigval()).putInt(timer.signal()).putInt(timer.notifyKind());
    event.putInt(timer.tid() == 0 ? 0 : construction.innerTidOrLeader(timer.tid()));
    ByteBuffer id = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(timer.id());
    long idAddress = construction.workbench().put(SIGEVENT_BYTES, id.array());
    long eventAddress = construction.workbench().put(event.array());
    boolean ofThread = timer.clock() == CLOCK_OF_THREAD;
    int maker = ofThread ? construction.tidOrLeader(timer.tid()) : construction.pid();
    construction.check(
        maker,
        "timer_create",
        "timer " + timer.id(),
        Sys.TIMER_CREATE,
        timer.clock(),
        eventAddress,
        idAddress);
  }

  /** A timer that expired in the stop has nothing left and a period: it fires at once. */
  private void arm(Timer.Posix timer) throws IOException {
    long value = timer.valueNanos() == 0 && timer.intervalNanos() != 0 ? 1 : timer.valueNanos();
    if (value == 0) {
      return;
    }
    ByteBuffer setting = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    setting.putLong(timer.intervalNanos() / NANOS).putLong(timer.intervalNanos() % NANOS);
    setting.putLong(value / NANOS).putLong(value % NANOS);
    construction.check(
        "timer_settime",
        "timer " + timer.id(),
        Sys.TIMER_SETTIME,
        timer.id(),
        0,
        construction.workbench().put(setting.array()),
        0);
  }

  private void arm(Timer.Interval timer) throws IOException {
    long value = timer.valueNanos() == 0 && timer.intervalNanos() != 0 ? 1000 : timer.valueNanos();
    if (value == 0) {
      return;
    }
    ByteBuffer setting = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    putMicros(setting, timer.intervalNanos());
    putMicros(setting, value);
    construction.check(
        "setitimer",
        timer.kind().toString(),
        Sys.SETITIMER,
        timer.kind().ordinal(),
        construction.workbench().put(setting.array()),
        0);
  }

  private static void putMicros(ByteBuffer setting, long nanos) {
    setting.putLong(nanos / NANOS).putLong(nanos % NANOS / 1000);
  }

  /** After the timers: arming one drops the signal that it had pending, timer_settime(2). */
  void queue(Step.QueueSignals step) throws IOException {
    for (PendingSignal signal : oneOfEachTimer(step.process())) {
      construction.check(
          "rt_sigqueueinfo",
          "signal " + signal.number(),
          Sys.RT_SIGQUEUEINFO,
          pidInside(),
          signal.number(),
          construction.workbench().put(siginfo(signal)));
    }
    for (ThreadState thread : step.threads()) {
      queue(thread, thread.pending().orElse(List.of()));
    }
  }

  private void queue(ThreadState thread, List<PendingSignal> pending) throws IOException {
    int tid = construction.tid(thread.tid());
    for (PendingSignal signal : oneOfEachTimer(pending)) {
      long self = construction.remote().call(tid, Sys.GETTID);
      construction.check(
          tid,
          "rt_tgsigqueueinfo",
          "signal " + signal.number(),
          Sys.RT_TGSIGQUEUEINFO,
          pidInside(),
          self,
          signal.number(),
          construction.workbench().put(siginfo(signal)));
    }
  }

  /**
   * A timer has one signal pending at most. A program that was restored before may have two: the
   * recorded one and that of the timer itself.
   */
  private static List<PendingSignal> oneOfEachTimer(List<PendingSignal> pending) {
    Set<Integer> seen = new HashSet<>();
    return pending.stream().filter(signal -> !isTimer(signal) || seen.add(timer(signal))).toList();
  }

  private static boolean isTimer(PendingSignal signal) {
    return signal.siginfo().length() == SIGINFO_BYTES && word(signal, SI_CODE_OFFSET) == SI_TIMER;
  }

  private static int timer(PendingSignal signal) {
    return word(signal, SI_TIMERID_OFFSET);
  }

  private static int word(PendingSignal signal, int offset) {
    return ByteBuffer.wrap(signal.siginfo().toArray())
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt(offset);
  }

  /** The process may live in a pid namespace of its own. */
  private long pidInside() throws IOException {
    return construction.call(Sys.GETPID);
  }

  private static byte[] siginfo(PendingSignal signal) {
    if (signal.siginfo().length() == SIGINFO_BYTES) {
      return signal.siginfo().toArray();
    }
    ByteBuffer plain = ByteBuffer.allocate(SIGINFO_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return plain.putInt(signal.number()).array();
  }
}

package org.ckimg.restorer.audit;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;

/** Timers: no storms, and nobody but the program itself is told. */
final class TimerAudit {
  private static final int SIGEV_SIGNAL = 0;
  private static final int SIGEV_NONE = 1;
  private static final int SIGEV_THREAD_ID = 4;
  private static final int MAX_SIGNAL = 64;
  private static final int RLIMIT_SIGPENDING = 11;
  private static final int CAP_WAKE_ALARM = 35;

  /**
   * REALTIME, MONOTONIC, CPU time of the process and of the thread, BOOTTIME, both alarm clocks,
   * TAI; below 0 those of its own processor time, of all kinds (PROF, VIRT, SCHED): of the process
   * -8 to -6, of the thread -4 to -2, clock_getcpuclockid(3). -5 would be the clock of a file.
   */
  private static final Set<Integer> CLOCKS =
      Set.of(0, 1, 2, 3, 7, 8, 9, 11, -8, -7, -6, -4, -3, -2);

  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final Set<Integer> tids;
  private final HostFacts host;
  private final Policy.Signals policy;
  private final Findings findings;

  TimerAudit(
      Checkpoint checkpoint,
      ProcessState process,
      HostFacts host,
      Policy.Signals policy,
      Findings findings) {
    this.checkpoint = checkpoint;
    this.process = process;
    this.tids = process.threads().stream().map(ThreadState::tid).collect(Collectors.toSet());
    this.host = host;
    this.policy = policy;
    this.findings = findings;
  }

  void run() {
    auditCount();
    for (Timer timer : process.timers()) {
      switch (timer) {
        case Timer.Interval t -> auditInterval(t);
        case Timer.Posix t -> auditPosix(t);
      }
    }
    for (FdEntry fd : process.fds()) {
      if (checkpoint.description(fd.description()).state().orElse(null)
          instanceof FdState.Alarm alarm) {
        auditPeriod(fd.name(), alarm.intervalNanos());
      }
    }
  }

  /** Each takes a place in the queue of signals, timer_create(2). */
  private void auditCount() {
    long timers = process.timers().stream().filter(Timer.Posix.class::isInstance).count();
    long pending = process.pending().map(List::size).orElse(0);
    for (Limit limit : process.limits()) {
      if (limit.resource() == RLIMIT_SIGPENDING
          && Long.compareUnsigned(timers + pending, limit.soft()) > 0) {
        findings.refuse(
            "AU-TIM-04",
            Severity.MEDIUM,
            "timers",
            "%d timers and %d pending signals; its limit is %s"
                .formatted(timers, pending, Long.toUnsignedString(limit.soft())));
      }
    }
  }

  private void auditInterval(Timer.Interval timer) {
    String subject = "timer of %s time".formatted(timer.kind().name().toLowerCase(Locale.ROOT));
    auditPeriod(subject, timer.intervalNanos());
    findings.grants("timer", "%s: every %d ns".formatted(subject, timer.intervalNanos()));
  }

  private void auditPeriod(String subject, long intervalNanos) {
    if (intervalNanos != 0 && intervalNanos < policy.minIntervalNanos()) {
      findings.refuse(
          "AU-TIM-01",
          Severity.MEDIUM,
          subject,
          "a period of %d ns; the policy's shortest is %d ns"
              .formatted(intervalNanos, policy.minIntervalNanos()));
    }
  }

  private void auditPosix(Timer.Posix timer) {
    String subject = "timer " + timer.id();
    auditPeriod(subject, timer.intervalNanos());
    if (!CLOCKS.contains(timer.clock())) {
      findings.refuse(
          "AU-TIM-02",
          Severity.MEDIUM,
          subject,
          "runs on clock %d, which is none of its own".formatted(timer.clock()));
    }
    boolean wakes =
        timer.clock() == ProcessCalls.CLOCK_REALTIME_ALARM
            || timer.clock() == ProcessCalls.CLOCK_BOOTTIME_ALARM;
    if (wakes && !host.caller().mayGrant(CAP_WAKE_ALARM)) {
      findings.refuse(
          "AU-TIM-02",
          Severity.MEDIUM,
          subject,
          "a timer that wakes the machine needs CAP_WAKE_ALARM");
    }
    boolean known =
        switch (timer.notifyKind()) {
          case SIGEV_NONE -> true;
          case SIGEV_SIGNAL -> isSignal(timer.signal());
          case SIGEV_THREAD_ID -> isSignal(timer.signal()) && tids.contains(timer.tid());
          default -> false;
        };
    if (!known) {
      findings.refuse(
          "AU-TIM-03",
          Severity.MEDIUM,
          subject,
          "would send signal %d to thread %d, kind %d"
              .formatted(timer.signal(), timer.tid(), timer.notifyKind()));
    }
    findings.grants(
        "timer",
        "%s: signal %d every %d ns of clock %d"
            .formatted(subject, timer.signal(), timer.intervalNanos(), timer.clock()));
  }

  private static boolean isSignal(int number) {
    return number > 0 && number <= MAX_SIGNAL;
  }
}

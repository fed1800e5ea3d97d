package org.ckimg.restorer.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;

/** Handlers, alternate stacks, masks, and signals that wait. */
final class SignalAudit {
  private static final int SIGINFO_BYTES = 128;
  private static final int NUMBER = 0;
  private static final int CODE = 8;
  private static final int SENDER = 16;
  private static final int SI_USER = 0;
  private static final int SI_QUEUE = -1;
  private static final int SI_TKILL = -6;
  private static final int SI_KERNEL = 0x80;
  private static final long SA_RESTORER = 0x04000000;
  private static final int SS_ONSTACK = 1;
  private static final int SS_DISABLE = 2;
  private static final int SS_AUTODISARM = 0x80000000;
  private static final int MIN_STACK_BYTES = 2048;
  private static final int RLIMIT_SIGPENDING = 11;
  private static final int SIGCHLD = 17;
  private static final int MAX_SIGNAL = 64;

  /** All but SIGKILL and SIGSTOP, which cannot be blocked. */
  private static final long EVERY_SIGNAL = 0xfffffffffffbfeffL;

  /** ILL, TRAP, BUS, FPE, SEGV, SYS: the kernel sends them for what a thread itself has done. */
  private static final Map<Integer, Integer> FAULTS =
      Map.of(4, 11, 5, 6, 7, 5, 8, 15, 11, 10, 31, 2);

  private final ProcessState process;
  private final AddressSpace space;
  private final Policy.Signals policy;
  private final Findings findings;

  SignalAudit(ProcessState process, AddressSpace space, Policy.Signals policy, Findings findings) {
    this.process = process;
    this.space = space;
    this.policy = policy;
    this.findings = findings;
  }

  void run() {
    if (process.actions().isEmpty() || process.pending().isEmpty()) {
      findings.refuse("AU-SIG-01", Severity.HIGH, "signals", "the image has no signal state");
      return;
    }
    process.actions().get().forEach(this::auditAction);
    process.pending().get().forEach(signal -> auditPending("process", signal, false));
    process.threads().forEach(this::auditThread);
    auditCount();
    auditExit();
  }

  private void auditAction(SignalAction action) {
    String subject = "signal " + action.number();
    if (action.handler() == 0 || action.handler() == 1) {
      return;
    }
    if (!space.isCode(action.handler())) {
      findings.refuse(
          "AU-SIG-02",
          Severity.MEDIUM,
          subject,
          "its handler 0x%x is in no executable mapping".formatted(action.handler()));
    }
    if ((action.flags() & SA_RESTORER) == 0 || !space.isCode(action.restorer())) {
      findings.refuse(
          "AU-SIG-03",
          Severity.MEDIUM,
          subject,
          "its handler would return to 0x%x, which is in no executable mapping"
              .formatted(action.restorer()));
    }
    findings.grants(
        "signal", "signal %d handled at 0x%x".formatted(action.number(), action.handler()));
  }

  private void auditThread(ThreadState thread) {
    String subject = "thread " + thread.tid();
    thread.altstack().ifPresent(stack -> auditStack(subject, stack));
    for (PendingSignal signal : thread.pending().orElse(java.util.List.of())) {
      auditPending(subject, signal, true);
    }
    if ((thread.blocked().orElse(0) & EVERY_SIGNAL) == EVERY_SIGNAL) {
      findings.answer(
          policy.allBlocked(), "AU-SIG-07", Severity.LOW, subject, "blocks every signal");
    }
    int death = thread.deathSignal().orElse(0);
    if (death < 0 || death > MAX_SIGNAL) {
      findings.refuse(
          "AU-SIG-09",
          Severity.LOW,
          subject,
          "asks for signal %d at its parent's end".formatted(death));
    } else if (death != 0) {
      findings.adjust(
          "AU-SIG-09",
          subject,
          "gets signal %d when ckimg ends, as once when its parent ended".formatted(death));
    }
  }

  private void auditStack(String subject, AltStack stack) {
    if ((stack.flags() & SS_DISABLE) != 0 && stack.address() == 0) {
      return;
    }
    boolean known = (stack.flags() & ~(SS_ONSTACK | SS_DISABLE | SS_AUTODISARM)) == 0;
    boolean disabled = (stack.flags() & SS_DISABLE) != 0;
    boolean fits =
        stack.bytes() >= MIN_STACK_BYTES && space.isOwnMemory(stack.address(), stack.bytes());
    if (!known || !disabled && !fits) {
      findings.refuse(
          "AU-SIG-04",
          Severity.MEDIUM,
          subject,
          "its alternate stack, %s bytes at 0x%x, is not in memory of its own"
              .formatted(Long.toUnsignedString(stack.bytes()), stack.address()));
    }
  }

  private void auditPending(String subject, PendingSignal signal, boolean ofThread) {
    if (signal.siginfo().length() != SIGINFO_BYTES) {
      return;
    }
    ByteBuffer info = ByteBuffer.wrap(signal.siginfo().toArray()).order(ByteOrder.LITTLE_ENDIAN);
    int code = info.getInt(CODE);
    if (info.getInt(NUMBER) != signal.number()) {
      findings.refuse(
          "AU-SIG-05",
          Severity.MEDIUM,
          subject,
          "a pending signal %d says that it is %d".formatted(signal.number(), info.getInt(NUMBER)));
      return;
    }
    boolean byKernel = code > 0;
    if (byKernel && FAULTS.containsKey(signal.number())) {
      auditFault(subject, signal.number(), code, ofThread);
    } else if (Set.of(SI_USER, SI_QUEUE, SI_TKILL).contains(code)) {
      auditSender(subject, signal.number(), info.getInt(SENDER));
    }
  }

  /** A thread may have stopped between its fault and the handler; a process cannot. */
  private void auditFault(String subject, int number, int code, boolean ofThread) {
    boolean known = code == SI_KERNEL || code <= FAULTS.get(number);
    if (!ofThread || !known) {
      findings.refuse(
          "AU-SIG-05",
          Severity.HIGH,
          subject,
          "a pending signal %d says that the kernel sent it, code %d".formatted(number, code));
    }
  }

  private void auditSender(String subject, int number, int sender) {
    boolean inside =
        sender == process.pid()
            || process.threads().stream().anyMatch(thread -> thread.tid() == sender);
    if (!inside) {
      findings.answer(
          policy.foreignSenders(),
          "AU-SIG-06",
          Severity.LOW,
          subject,
          "a pending signal %d names process %d as its sender".formatted(number, sender));
    }
  }

  private void auditCount() {
    long count =
        process.pending().orElseThrow().size()
            + process.threads().stream()
                .mapToLong(t -> t.pending().map(java.util.List::size).orElse(0))
                .sum();
    for (Limit limit : process.limits()) {
      if (limit.resource() == RLIMIT_SIGPENDING && Long.compareUnsigned(count, limit.soft()) > 0) {
        findings.refuse(
            "AU-SIG-08",
            Severity.MEDIUM,
            "signals",
            "%d signals are pending; its limit is %s"
                .formatted(count, Long.toUnsignedString(limit.soft())));
      }
    }
  }

  private void auditExit() {
    int exit = process.attributes().exitSignal().orElse(SIGCHLD);
    if (exit != SIGCHLD) {
      findings.adjust(
          "AU-SIG-10",
          "process",
          "its end is told by SIGCHLD, no longer by signal %d".formatted(exit));
    }
  }
}

package org.ckimg.restorer.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.MemoryFacts;
import org.ckimg.restorer.space.AddressSpace;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Bytes;
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
  private static final int USER = 20;
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

  /** mov $15, %rax; syscall: of glibc. */
  private static final Bytes SET_64_AND_CALL =
      Bytes.of(new byte[] {0x48, (byte) 0xc7, (byte) 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05});

  /** mov $15, %eax; syscall: of musl and others. */
  private static final Bytes SET_32_AND_CALL =
      Bytes.of(new byte[] {(byte) 0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05});

  /** All but SIGKILL and SIGSTOP, which cannot be blocked. */
  private static final long EVERY_SIGNAL = 0xfffffffffffbfeffL;

  /** ILL, TRAP, BUS, FPE, SEGV, SYS: the kernel sends them for what a thread itself has done. */
  private static final Map<Integer, Integer> FAULTS =
      Map.of(4, 11, 5, 6, 7, 5, 8, 15, 11, 10, 31, 2);

  /** SA_ bits that this kernel knows, {@code UAPI_SA_FLAGS}: it shows no other ones. */
  private static final long KNOWN_FLAGS = 0xdc000c07L;

  private final Tree tree;
  private final ProcessState process;
  private final AddressSpace space;
  private final StackPointers pointers;
  private final HostFacts host;
  private final RestoreOptions options;
  private final Findings findings;

  SignalAudit(
      Tree tree,
      ProcessState process,
      AddressSpace space,
      HostFacts host,
      RestoreOptions options,
      Findings findings) {
    this.tree = tree;
    this.process = process;
    this.space = space;
    this.pointers = new StackPointers(process.threads());
    this.host = host;
    this.options = options;
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
    if (action.number() > MAX_SIGNAL || (action.flags() & ~KNOWN_FLAGS) != 0) {
      findings.refuse(
          "AU-SIG-11",
          Severity.MEDIUM,
          subject,
          "there is no such signal, or its action has flags 0x%x that there are not"
              .formatted(action.flags() & ~KNOWN_FLAGS));
    }
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
    if ((action.flags() & SA_RESTORER) == 0) {
      findings.refuse(
          "AU-SIG-03",
          Severity.MEDIUM,
          subject,
          "its handler has nowhere to return to (SA_RESTORER is not set)");
    } else if (!space.isCode(action.restorer())) {
      findings.refuse(
          "AU-SIG-03",
          Severity.MEDIUM,
          subject,
          "its handler would return to 0x%x, which is in no executable mapping"
              .formatted(action.restorer()));
    }
    auditReturn(subject, action);
    findings.grants(
        "signal", "signal %d handled at 0x%x".formatted(action.number(), action.handler()));
  }

  /** Only the call itself is what a C library has there. */
  private void auditReturn(String subject, SignalAction action) {
    Bytes code =
        host.memory().restorers().get(new MemoryFacts.Place(process.pid(), action.restorer()));
    boolean usual =
        code != null
            && (code.equals(SET_64_AND_CALL)
                || code.slice(0, SET_32_AND_CALL.length()).equals(SET_32_AND_CALL));
    // What is no code at all is told by AU-SIG-03.
    if (!usual && space.isCode(action.restorer())) {
      findings.answer(
          options.policy().signals().ownRestorers(),
          "AU-SIG-12",
          Severity.MEDIUM,
          subject,
          "its handler returns by code of its own, at 0x%x".formatted(action.restorer()));
    }
  }

  private void auditThread(ThreadState thread) {
    String subject = "thread " + thread.tid();
    thread.altstack().ifPresent(stack -> auditStack(subject, thread, stack));
    for (PendingSignal signal : thread.pending().orElse(java.util.List.of())) {
      auditPending(subject, signal, true);
    }
    if ((thread.blocked().orElse(0) & EVERY_SIGNAL) == EVERY_SIGNAL) {
      findings.answer(
          options.policy().signals().allBlocked(),
          "AU-SIG-07",
          Severity.LOW,
          subject,
          "blocks every signal");
    }
    auditDeathSignal(subject, thread.deathSignal().orElse(0));
  }

  /** CK rules keep it within 0 to 64. */
  private void auditDeathSignal(String subject, int signal) {
    boolean own = process != tree.root();
    if (signal == 0) {
      return;
    }
    if (own) {
      findings.grants("signal", "%s: signal %d at its parent's end".formatted(subject, signal));
    } else {
      findings.adjust(
          "AU-SIG-09",
          subject,
          options.detach()
              ? "is no longer sent signal %d at its parent's end: nobody stays its parent"
                  .formatted(signal)
              : "is sent signal %d when ckimg ends, as once when its parent ended"
                  .formatted(signal));
    }
  }

  private void auditStack(String subject, ThreadState thread, AltStack stack) {
    if ((stack.flags() & SS_DISABLE) != 0 && stack.address() == 0) {
      return;
    }
    boolean known = (stack.flags() & ~(SS_ONSTACK | SS_DISABLE | SS_AUTODISARM)) == 0;
    boolean disabled = (stack.flags() & SS_DISABLE) != 0;
    boolean fits =
        stack.bytes() >= MIN_STACK_BYTES && space.isOwnMemory(stack.address(), stack.bytes());
    boolean isOn = StackPointers.isOn(thread, stack);
    boolean on = (stack.flags() & SS_ONSTACK) == 0 || isOn;
    if (!known || !disabled && !(fits && on && pointers.on(stack) == (isOn ? 1 : 0))) {
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
      findings.warn(
          "AU-SIG-05",
          Severity.LOW,
          subject,
          "the image does not say who sent the pending signal " + signal.number());
      return;
    }
    ByteBuffer info = ByteBuffer.wrap(signal.siginfo().toArray()).order(ByteOrder.LITTLE_ENDIAN);
    int code = info.getInt(CODE);
    if (signal.number() > MAX_SIGNAL) {
      findings.refuse(
          "AU-SIG-05",
          Severity.MEDIUM,
          subject,
          "signal %d is pending, which there is not".formatted(signal.number()));
      return;
    }
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
      auditSender(subject, signal.number(), info.getInt(SENDER), info.getInt(USER));
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

  /** A program may look at who sent it a signal; whoever wrote the image could say anybody. */
  private void auditSender(String subject, int number, int sender, int user) {
    if (!isInside(sender, user)) {
      findings.answer(
          options.policy().signals().foreignSenders(),
          "AU-SIG-06",
          Severity.LOW,
          subject,
          "a pending signal %d names process %d of user %s as its sender"
              .formatted(number, sender, Integer.toUnsignedString(user)));
    }
  }

  private boolean isInside(int sender, int user) {
    return tree.thread(sender).flatMap(ThreadState::credentials).stream()
        .anyMatch(owner -> owner.ids().uid() == user);
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
    if (process != tree.root()) {
      if (exit < 0) {
        findings.refuse(
            "AU-SIG-10", Severity.MEDIUM, "process", "its end is told by signal " + exit);
      }
    } else if (exit != SIGCHLD) {
      findings.adjust(
          "AU-SIG-10",
          "process",
          "its end is told by SIGCHLD, no longer by signal %d".formatted(exit));
    }
  }
}

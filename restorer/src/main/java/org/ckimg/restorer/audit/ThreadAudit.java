package org.ckimg.restorer.audit;

import java.util.List;
import java.util.Map;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.space.AddressSpace;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.ThreadState;

/** Is every thread complete, and is what the kernel will read and write for it its own memory? */
final class ThreadAudit {
  private static final int SCHED_FIFO = 1;
  private static final int SCHED_RR = 2;
  private static final int SCHED_DEADLINE = 6;
  private static final int CAP_SYS_NICE = 23;
  private static final int ROBUST_LIST_BYTES = 24;
  private static final int RSEQ_ALIGNMENT = 32;

  private final ProcessState process;
  private final AddressSpace space;
  private final HostFacts host;
  private final Findings findings;
  private final RegisterAudit registers;
  private final ExtendedStateAudit extended;
  private final KernelPathAudit kernelPaths;

  ThreadAudit(
      Host image, ProcessState process, AddressSpace space, HostFacts host, Findings findings) {
    this.process = process;
    this.space = space;
    this.host = host;
    this.findings = findings;
    this.registers = new RegisterAudit(space, findings);
    this.extended = new ExtendedStateAudit(image, host, findings);
    this.kernelPaths = new KernelPathAudit(host.memory(), space, findings);
  }

  void run() {
    process.threads().forEach(this::audit);
  }

  private void audit(ThreadState thread) {
    String subject = "thread " + thread.tid();
    auditPresence(subject, thread);
    thread.scheduling().ifPresent(wanted -> auditScheduling(subject, wanted));
    thread
        .regset(Regset.NT_PRSTATUS)
        .filter(data -> data.length() == Registers.BYTES)
        .ifPresentOrElse(
            data -> registers.run(subject, Registers.of(data.toArray())),
            () ->
                findings.refuse(
                    "AU-REG-01", Severity.HIGH, subject, "the image lacks its registers"));
    thread.regset(Regset.NT_X86_XSTATE).ifPresent(area -> extended.run(subject, area));
    auditKernelWords(subject, thread);
    kernelPaths.run(subject, process.pid(), thread.tid());
  }

  private void auditScheduling(String subject, Scheduling wanted) {
    if (wanted.policy() == SCHED_DEADLINE) {
      findings.refuse("AU-REG-05", Severity.LOW, subject, "SCHED_DEADLINE is not restored");
    }
    boolean first = wanted.policy() == SCHED_FIFO || wanted.policy() == SCHED_RR;
    boolean beyond = first || wanted.nice() < host.caller().nice();
    if (beyond && !host.caller().mayGrant(CAP_SYS_NICE)) {
      findings.adjust(
          "AU-PRC-06",
          subject,
          "may not come before others: scheduling policy %d, nice %d need CAP_SYS_NICE"
              .formatted(wanted.policy(), wanted.nice()));
    }
    if (first || wanted.nice() < 0) {
      findings.grants(
          "limit",
          "%s: scheduling policy %d, priority %d, nice %d"
              .formatted(subject, wanted.policy(), wanted.priority(), wanted.nice()));
    }
  }

  private void auditPresence(String subject, ThreadState thread) {
    Map<String, Boolean> wanted =
        Map.of(
            "signal mask", thread.blocked().isPresent(),
            "extended registers", thread.regset(Regset.NT_X86_XSTATE).isPresent(),
            "alternate stack", thread.altstack().isPresent(),
            "pending signals", thread.pending().isPresent(),
            "exit address", thread.clearTidAddress().isPresent(),
            "scheduling", thread.scheduling().isPresent());
    List<String> missing =
        wanted.entrySet().stream()
            .filter(e -> !e.getValue())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (!missing.isEmpty()) {
      findings.refuse(
          "AU-REG-01", Severity.HIGH, subject, "the image lacks its " + String.join(", ", missing));
    }
  }

  /** Words that the kernel reads and writes at a thread's end, or whenever it is scheduled. */
  private void auditKernelWords(String subject, ThreadState thread) {
    long exit = thread.clearTidAddress().orElse(0);
    if (exit != 0 && (exit % Integer.BYTES != 0 || !space.isWritable(exit, Integer.BYTES))) {
      refuseWords(subject, "exit address 0x%x".formatted(exit));
    }
    thread
        .robustList()
        .filter(list -> list.address() != 0)
        .filter(list ->
            list.bytes() != ROBUST_LIST_BYTES
                || !space.isWritable(list.address(), ROBUST_LIST_BYTES))
        .ifPresent(list -> refuseWords(subject, "robust list 0x%x".formatted(list.address())));
    thread
        .rseq()
        .filter(rseq ->
            rseq.address() % RSEQ_ALIGNMENT != 0
                || !space.isWritable(rseq.address(), Integer.toUnsignedLong(rseq.bytes())))
        .ifPresent(rseq -> refuseWords(subject, "rseq area 0x%x".formatted(rseq.address())));
  }

  private void refuseWords(String subject, String what) {
    findings.refuse(
        "AU-REG-14", Severity.LOW, subject, what + " is not in the program's own memory");
  }
}

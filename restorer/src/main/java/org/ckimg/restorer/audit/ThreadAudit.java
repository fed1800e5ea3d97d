package org.ckimg.restorer.audit;

import java.util.List;
import java.util.Map;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;

/** Is every thread complete, and are its registers those of a 64-bit program in its own code? */
final class ThreadAudit {
  private static final long USER_CS = 0x33;
  private static final long USER_SS = 0x2b;
  private static final int SCHED_DEADLINE = 6;

  private final ProcessState process;
  private final Findings findings;

  ThreadAudit(ProcessState process, Findings findings) {
    this.process = process;
    this.findings = findings;
  }

  void run() {
    if (process.actions().isEmpty() || process.pending().isEmpty()) {
      findings.refuse("AU-SIG-01", Severity.HIGH, "signals", "the image has no signal state");
    }
    process.threads().forEach(this::audit);
  }

  private void audit(ThreadState thread) {
    String subject = "thread " + thread.tid();
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
    thread
        .scheduling()
        .filter(s -> s.policy() == SCHED_DEADLINE)
        .ifPresent(s ->
            findings.refuse("AU-REG-05", Severity.LOW, subject, "SCHED_DEADLINE is not restored"));
    thread
        .regset(Regset.NT_PRSTATUS)
        .filter(data -> data.length() == Registers.BYTES)
        .ifPresentOrElse(
            data -> auditRegisters(subject, data),
            () ->
                findings.refuse(
                    "AU-REG-01", Severity.HIGH, subject, "the image lacks its registers"));
  }

  private void auditRegisters(String subject, Bytes data) {
    Registers registers = Registers.of(data.toArray());
    if (registers.get(Name.CS) != USER_CS || registers.get(Name.SS) != USER_SS) {
      findings.refuse(
          "AU-REG-02",
          Severity.HIGH,
          subject,
          "cs 0x%x, ss 0x%x are not those of a 64-bit program"
              .formatted(registers.get(Name.CS), registers.get(Name.SS)));
    }
    long page = registers.get(Name.RIP) >>> 12;
    boolean inCode =
        process.vmas().stream()
            .anyMatch(v ->
                (v.protection() & Vma.EXECUTE) != 0 && page >= v.firstPage() && page < v.endPage());
    if (!inCode) {
      findings.refuse(
          "AU-REG-03",
          Severity.HIGH,
          subject,
          "rip 0x%x is in no executable mapping".formatted(registers.get(Name.RIP)));
    }
    for (Name base : new Name[] {Name.FS_BASE, Name.GS_BASE}) {
      if (registers.get(base) >>> 47 != 0) {
        findings.refuse(
            "AU-REG-04",
            Severity.HIGH,
            subject,
            "%s 0x%x is no user address"
                .formatted(base.name().toLowerCase(java.util.Locale.ROOT), registers.get(base)));
      }
    }
  }
}

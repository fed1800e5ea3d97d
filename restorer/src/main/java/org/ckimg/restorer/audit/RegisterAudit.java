package org.ckimg.restorer.audit;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.restorer.audit.AuditFinding.Severity;

/**
 * General registers. The kernel takes nearly everything from a tracer: a code segment of 32 bits,
 * an address anywhere, the number of a system call to make again.
 */
final class RegisterAudit {
  private static final long USER_CS = 0x33;
  private static final long USER_SS = 0x2b;

  /** TF, IOPL, NT, VM, AC, VIF, VIP; RF and ID do no harm, and honest programs have them. */
  private static final long FORBIDDEN_FLAGS = 0x1e7100;

  private static final int MAX_CALL = 511;

  /** Results that make the kernel make the call again, {@code linux/errno.h}. */
  private static final Set<Long> RESTARTS = Set.of(-512L, -513L, -514L, -516L);

  /**
   * Calls that never wait, so that none of them is ever made again: those that end, trace, signal
   * or replace a program, and that change rights, mappings or the system.
   */
  private static final Set<Long> NEVER_RESTARTED =
      Set.of(
          9L, 10L, 11L, 12L, 13L, 14L, 15L, 25L, 59L, 60L, 62L, 101L, 105L, 106L, 113L, 114L, 116L,
          117L, 119L, 122L, 123L, 126L, 129L, 134L, 135L, 154L, 155L, 157L, 158L, 160L, 161L, 163L,
          164L, 165L, 166L, 167L, 168L, 169L, 170L, 171L, 172L, 173L, 175L, 176L, 179L, 200L, 218L,
          227L, 231L, 234L, 246L, 272L, 297L, 298L, 302L, 305L, 308L, 310L, 311L, 313L, 317L, 320L,
          321L, 322L, 323L, 329L, 425L, 438L);

  private final AddressSpace space;
  private final Findings findings;

  RegisterAudit(AddressSpace space, Findings findings) {
    this.space = space;
    this.findings = findings;
  }

  void run(String subject, Registers registers) {
    auditSegments(subject, registers);
    auditFlags(subject, registers);
    auditAddresses(subject, registers);
    auditCall(subject, registers);
  }

  private void auditSegments(String subject, Registers registers) {
    if (registers.get(Name.CS) != USER_CS || registers.get(Name.SS) != USER_SS) {
      findings.refuse(
          "AU-REG-02",
          Severity.HIGH,
          subject,
          "cs 0x%x, ss 0x%x are not those of a 64-bit program"
              .formatted(registers.get(Name.CS), registers.get(Name.SS)));
    }
    for (Name segment : new Name[] {Name.DS, Name.ES, Name.FS, Name.GS}) {
      if (registers.get(segment) != 0) {
        refuseValue("AU-REG-06", Severity.MEDIUM, subject, segment, registers, "is not 0");
      }
    }
  }

  private void auditFlags(String subject, Registers registers) {
    long forbidden = registers.get(Name.EFLAGS) & FORBIDDEN_FLAGS;
    if (forbidden != 0 || registers.get(Name.EFLAGS) >>> 22 != 0) {
      findings.refuse(
          "AU-REG-07",
          Severity.MEDIUM,
          subject,
          "eflags 0x%x has bits that no program is given".formatted(registers.get(Name.EFLAGS)),
          Map.of("forbidden", "0x" + Long.toHexString(forbidden)));
    }
  }

  private void auditAddresses(String subject, Registers registers) {
    if (!space.isCode(registers.get(Name.RIP))) {
      refuseValue(
          "AU-REG-03", Severity.HIGH, subject, Name.RIP, registers, "is in no executable mapping");
    }
    if (!space.isStack(registers.get(Name.RSP))) {
      refuseValue(
          "AU-REG-08", Severity.MEDIUM, subject, Name.RSP, registers, "is in no writable mapping");
    }
    for (Name base : new Name[] {Name.FS_BASE, Name.GS_BASE}) {
      if (!AddressSpace.isUser(registers.get(base))) {
        refuseValue("AU-REG-04", Severity.HIGH, subject, base, registers, "is no user address");
      }
    }
  }

  private void auditCall(String subject, Registers registers) {
    long call = registers.get(Name.ORIG_RAX);
    if (call < 0 || !RESTARTS.contains(registers.get(Name.RAX))) {
      return;
    }
    if (call > MAX_CALL || NEVER_RESTARTED.contains(call)) {
      findings.refuse(
          "AU-REG-09",
          Severity.HIGH,
          subject,
          "would make system call %d again, which never waits".formatted(call));
    }
  }

  private void refuseValue(
      String rule, Severity severity, String subject, Name name, Registers registers, String what) {
    findings.refuse(
        rule,
        severity,
        subject,
        "%s 0x%x %s".formatted(name.name().toLowerCase(Locale.ROOT), registers.get(name), what));
  }
}

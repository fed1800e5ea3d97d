package org.ckimg.restorer.audit;

import java.util.BitSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.space.AddressSpace;

/**
 * General registers. The kernel takes nearly everything from a tracer: a code segment of 32 bits,
 * an address anywhere, the number of a system call to make again.
 */
final class RegisterAudit {
  private static final long USER_CS = 0x33;
  private static final long USER_SS = 0x2b;

  /** TF, IOPL, NT, VM, AC, VIF, VIP; RF and ID do no harm, and honest programs have them. */
  static final long FORBIDDEN_FLAGS = 0x1e7100;

  private static final int MAX_CALL = 511;

  /** Results that make the kernel make the call again, {@code linux/errno.h}. */
  private static final Set<Long> RESTARTS = Set.of(-512L, -513L, -514L, -516L);

  /**
   * Calls that may have to wait, and so may be made again: on files and sockets, for time,
   * children, locks and signals, and those that make processes. All others never wait.
   */
  private static final BitSet WAITING =
      calls(
          "0-3 7 16-20 23 34-35 40 42-47 56-58 61 65 69-70 72-75 128 130 202 208 219-220 230 232"
              + " 242-243 247 257 270-271 275-276 278 281 288 295-296 299 307 318 326-328 333 426"
              + " 435 437 441 449 455");

  private final AddressSpace space;
  private final Findings findings;

  RegisterAudit(AddressSpace space, Findings findings) {
    this.space = space;
    this.findings = findings;
  }

  /** Numbers and ranges of numbers. */
  private static BitSet calls(String text) {
    BitSet numbers = new BitSet();
    for (String part : text.split(" ")) {
      String[] ends = part.split("-");
      numbers.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
    }
    return numbers;
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
    long data = registers.get(Name.FS_BASE);
    if (data != 0 && AddressSpace.isUser(data) && !space.isWritable(data, Long.BYTES)) {
      refuseValue(
          "AU-REG-04",
          Severity.HIGH,
          subject,
          Name.FS_BASE,
          registers,
          "is in no writable mapping: the thread's own data lie there");
    }
  }

  private void auditCall(String subject, Registers registers) {
    long call = registers.get(Name.ORIG_RAX);
    if (call < 0 || !RESTARTS.contains(registers.get(Name.RAX))) {
      return;
    }
    if (call > MAX_CALL || !WAITING.get((int) call)) {
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

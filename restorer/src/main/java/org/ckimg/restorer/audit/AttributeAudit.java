package org.ckimg.restorer.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.ckimg.linux.proc.Limits;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** Personality, limits, the out-of-memory score, and what the program says of itself in /proc. */
final class AttributeAudit {
  /** ADDR_NO_RANDOMIZE: what setarch(8) -R sets. Every other bit weakens or changes the program. */
  private static final int HARMLESS_PERSONALITY = 0x40000;

  private static final int CAP_SYS_RESOURCE = 24;
  private static final long AT_SYSINFO_EHDR = 33;

  private final ProcessState process;
  private final AddressSpace space;
  private final HostFacts host;
  private final Findings findings;

  AttributeAudit(ProcessState process, AddressSpace space, HostFacts host, Findings findings) {
    this.process = process;
    this.space = space;
    this.host = host;
    this.findings = findings;
  }

  void run() {
    auditPersonality();
    auditLimits();
    auditScore();
    process.layout().ifPresent(this::auditLayout);
    process.auxv().ifPresent(auxv -> auditVector(auxv.toArray()));
  }

  private void auditPersonality() {
    int personality = process.attributes().personality().orElse(0);
    if ((personality & ~HARMLESS_PERSONALITY) != 0) {
      findings.refuse(
          "AU-PRC-01",
          Severity.HIGH,
          "process",
          "personality 0x%x; only 0x%x may be set".formatted(personality, HARMLESS_PERSONALITY));
    }
  }

  private void auditLimits() {
    boolean mayRaise = host.caller().mayGrant(CAP_SYS_RESOURCE);
    for (Limit limit : process.limits()) {
      Limit own = host.caller().limits().get(limit.resource());
      boolean raised = own != null && Long.compareUnsigned(limit.hard(), own.hard()) > 0;
      if (raised && !mayRaise) {
        findings.adjust(
            "AU-PRC-02",
            "limit of " + Limits.name(limit.resource()),
            "stays at your %s: raising it needs CAP_SYS_RESOURCE".formatted(text(own.hard())));
      }
      findings.grants(
          "limit",
          "%s: %s, at most %s"
              .formatted(Limits.name(limit.resource()), text(limit.soft()), text(limit.hard())));
    }
  }

  private static String text(long value) {
    return value == Limit.UNLIMITED ? "unlimited" : Long.toUnsignedString(value);
  }

  private void auditScore() {
    int wanted = process.attributes().oomScoreAdj().orElse(0);
    if (wanted < host.caller().oomScoreAdj() && !host.caller().mayGrant(CAP_SYS_RESOURCE)) {
      findings.adjust(
          "AU-PRC-03",
          "process",
          "its oom_score_adj of %d is below yours, and stays at %d"
              .formatted(wanted, host.caller().oomScoreAdj()));
    }
  }

  private void auditLayout(MemoryLayout layout) {
    auditRange("arguments", layout.argStart(), layout.argEnd());
    auditRange("environment", layout.envStart(), layout.envEnd());
  }

  private void auditRange(String name, long start, long end) {
    boolean within = start == end || end > start && space.covers(start, end - start, Vma.READ);
    if (!within) {
      findings.refuse(
          "AU-PRC-04",
          Severity.MEDIUM,
          "process",
          "its %s, 0x%x to 0x%x, are not in its memory".formatted(name, start, end));
    }
  }

  private void auditVector(byte[] auxv) {
    Map<Long, Long> entries = new HashMap<>();
    ByteBuffer words = ByteBuffer.wrap(auxv).order(ByteOrder.LITTLE_ENDIAN);
    while (words.remaining() >= 2 * Long.BYTES) {
      entries.putIfAbsent(words.getLong(), words.getLong());
    }
    long vdso =
        process.vmas().stream()
            .filter(v -> v.kind() == Vma.Kind.VDSO)
            .mapToLong(v -> v.firstPage() << 12)
            .findFirst()
            .orElse(0);
    if (entries.getOrDefault(AT_SYSINFO_EHDR, vdso) != vdso) {
      findings.refuse(
          "AU-PRC-05",
          Severity.MEDIUM,
          "process",
          "its auxiliary vector has the vdso at 0x%x; it is at 0x%x"
              .formatted(entries.get(AT_SYSINFO_EHDR), vdso));
    }
  }
}

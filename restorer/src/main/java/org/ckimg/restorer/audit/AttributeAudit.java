package org.ckimg.restorer.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.ckimg.linux.proc.Limits;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.space.AddressSpace;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** Personality, limits, the out-of-memory score, and what the program says of itself in /proc. */
final class AttributeAudit {
  /** ADDR_NO_RANDOMIZE: what setarch(8) -R sets. Every other bit weakens or changes the program. */
  private static final int HARMLESS_PERSONALITY = 0x40000;

  private static final int CAP_SYS_RESOURCE = 24;
  private static final int HIGHEST_LIMIT = 15;
  private static final long LOWEST = 0x10000;
  private static final long AT_PHDR = 3;
  private static final long AT_ENTRY = 9;
  private static final long AT_SECURE = 23;
  private static final long AT_RANDOM = 25;
  private static final long AT_EXECFN = 31;
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
    grantAttributes();
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

  private void grantAttributes() {
    ProcessAttributes wanted = process.attributes();
    process.umask().ifPresent(this::grantMask);
    process.places().forEach(place -> grantMask(place.umask()));
    wanted
        .dumpable()
        .ifPresent(value -> findings.grants("attribute", "dumpable %d".formatted(value)));
    wanted
        .oomScoreAdj()
        .ifPresent(value -> findings.grants("attribute", "oom_score_adj %d".formatted(value)));
    if (wanted.childSubreaper().orElse(false)) {
      findings.grants("attribute", "takes in orphans of its descendants");
    }
  }

  private void grantMask(int umask) {
    findings.grants("mode", "umask %04o".formatted(umask));
  }

  private void auditLimits() {
    boolean mayRaise = host.caller().mayGrant(CAP_SYS_RESOURCE);
    for (Limit limit : process.limits()) {
      if (limit.resource() > HIGHEST_LIMIT) {
        findings.refuse(
            "AU-PRC-02",
            Severity.LOW,
            "process",
            "there is no limit %d here".formatted(limit.resource()));
        continue;
      }
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

  /** What prctl(2) PR_SET_MM_MAP demands; below the first 64 KiB nothing of a program lies. */
  private void auditLayout(MemoryLayout layout) {
    boolean ordered =
        layout.startCode() < layout.endCode()
            && layout.startData() <= layout.endData()
            && layout.startBrk() <= layout.brk();
    boolean inside =
        LongStream.of(
                layout.startCode(),
                layout.endCode(),
                layout.startData(),
                layout.endData(),
                layout.startBrk(),
                layout.brk(),
                layout.startStack())
            .allMatch(address -> address >= LOWEST && AddressSpace.isUser(address));
    if (!ordered || !inside) {
      findings.refuse(
          "AU-PRC-04",
          Severity.MEDIUM,
          "process",
          "the bounds of its address space are out of order, or outside of user memory");
    }
    auditRange("arguments", layout.argStart(), layout.argEnd());
    auditRange("environment", layout.envStart(), layout.envEnd());
  }

  private void auditRange(String name, long start, long end) {
    boolean within = start == end || end > start && space.isReadable(start, end - start);
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
    auditPointers(entries);
  }

  /** A packed program may have unmapped them; that harms nobody but itself. */
  private void auditPointers(Map<Long, Long> entries) {
    boolean code = entries.containsKey(AT_ENTRY) && !space.isCode(entries.get(AT_ENTRY));
    boolean data =
        LongStream.of(AT_PHDR, AT_RANDOM, AT_EXECFN)
            .filter(entries::containsKey)
            .anyMatch(key -> !space.isReadable(entries.get(key), 1));
    if (code || data) {
      findings.warn(
          "AU-PRC-07",
          Severity.LOW,
          "process",
          "its auxiliary vector points to where the program has no code, or no memory");
    }
    if (entries.getOrDefault(AT_SECURE, 0L) != 0) {
      findings.refuse(
          "AU-FIL-09",
          Severity.CRITICAL,
          "process",
          "it was started with the rights of a setuid program (AT_SECURE)");
    }
  }
}

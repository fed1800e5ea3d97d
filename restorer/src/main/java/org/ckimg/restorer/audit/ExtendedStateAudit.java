package org.ckimg.restorer.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;

/** The XSAVE area, Intel SDM volume 1, chapter 13: legacy region, header, components. */
final class ExtendedStateAudit {
  private static final int MXCSR = 24;
  private static final int HEADER = 512;
  private static final int HEADER_END = 576;

  /** What every processor with AVX has; bits above it are reserved. */
  private static final int MXCSR_MASK = 0xffff;

  /** Tile data of AMX, which a process must ask for before it has it, arch_prctl(2). */
  private static final long TILE_DATA = 1L << 18;

  private final Host image;
  private final HostFacts host;
  private final Findings findings;

  ExtendedStateAudit(Host image, HostFacts host, Findings findings) {
    this.image = image;
    this.host = host;
    this.findings = findings;
  }

  void run(String subject, Bytes recorded) {
    Bytes area = host.extendedRegisters(image, recorded);
    if (area.length() < HEADER_END || area.length() != host.xsaveBytes()) {
      findings.refuse(
          "AU-REG-10",
          Severity.MEDIUM,
          subject,
          "its extended registers take %d bytes; this host's take %d"
              .formatted(area.length(), host.xsaveBytes()));
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(area.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    int mxcsr = bytes.getInt(MXCSR);
    if ((mxcsr & ~MXCSR_MASK) != 0) {
      findings.refuse(
          "AU-REG-11", Severity.MEDIUM, subject, "mxcsr 0x%x has reserved bits".formatted(mxcsr));
    }
    long components = bytes.getLong(HEADER);
    long enabled = host.xcr0() & image.xcr0().orElse(host.xcr0()) & ~TILE_DATA;
    if ((components & ~enabled) != 0) {
      findings.refuse(
          "AU-REG-12",
          Severity.HIGH,
          subject,
          "has register components 0x%x that are not enabled there and here"
              .formatted(components & ~enabled));
    }
    if (components == 0) {
      findings.warn(
          "AU-REG-18",
          Severity.INFO,
          subject,
          "all its extended registers are as at the start of a program");
    }
    for (int at = HEADER + Long.BYTES; at < HEADER_END; at += Long.BYTES) {
      if (bytes.getLong(at) != 0) {
        findings.refuse(
            "AU-REG-13", Severity.MEDIUM, subject, "its extended registers are in another form");
        return;
      }
    }
  }
}

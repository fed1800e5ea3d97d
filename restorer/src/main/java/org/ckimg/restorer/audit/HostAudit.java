package org.ckimg.restorer.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Host;

/** Is this a machine that the program can run on? */
final class HostAudit {
  /** Features that a program may have chosen code by; others are the kernel's own business. */
  private static final Set<String> VISIBLE_PREFIXES =
      Set.of(
          "sse",
          "ssse",
          "avx",
          "fma",
          "bmi",
          "aes",
          "vaes",
          "sha_ni",
          "popcnt",
          "movbe",
          "f16c",
          "adx",
          "rdrand",
          "rdseed",
          "pclmulqdq",
          "vpclmulqdq",
          "gfni",
          "fsgsbase",
          "erms",
          "fsrm",
          "lzcnt",
          "abm",
          "pku",
          "cx16",
          "xsave",
          "clwb",
          "clflushopt",
          "rdpid",
          "amx",
          "movdir",
          "serialize",
          "waitpkg",
          "lahf_lm",
          "mmx",
          "misalignsse",
          "cmpxchg16b");

  private final Host image;
  private final HostFacts host;
  private final Findings findings;

  HostAudit(Host image, HostFacts host, Findings findings) {
    this.image = image;
    this.host = host;
    this.findings = findings;
  }

  void run() {
    auditArchitecture();
    auditFeatures();
    auditExtendedState();
    auditVdso();
    auditRoom();
  }

  /** A page that is like another one takes two bytes in an image, and a page in memory. */
  private void auditRoom() {
    if (host.room().wanted() > host.room().available()) {
      findings.refuse(
          "AU-HST-06",
          Severity.HIGH,
          "host",
          "the image fills %d bytes of memory; this host has %d with its swap space"
              .formatted(host.room().wanted(), host.room().available()));
    }
  }

  private void auditArchitecture() {
    if (image.machine() != Host.X86_64 || image.bigEndian() || image.system() != 1) {
      findings.refuse(
          "AU-HST-01",
          Severity.HIGH,
          "host",
          "the program ran on ELF machine %d, system %d; only Linux x86-64 is restored"
              .formatted(image.machine(), image.system()));
    }
    if (image.pageSize() != host.pageSize()) {
      findings.refuse(
          "AU-HST-02",
          Severity.HIGH,
          "host",
          "pages have %d bytes in the image and %d here"
              .formatted(image.pageSize(), host.pageSize()));
    }
  }

  private void auditFeatures() {
    if (image.cpuFeatures().isEmpty()) {
      findings.warn(
          "AU-HST-03", Severity.LOW, "host", "the image does not say which CPU it ran on");
      return;
    }
    List<String> wanted = Arrays.asList(image.cpuFeatures().get().toString().split(" "));
    Set<String> missing = new TreeSet<>();
    for (String feature : wanted) {
      boolean visible = VISIBLE_PREFIXES.stream().anyMatch(feature::startsWith);
      if (visible && !host.cpuFeatures().contains(feature)) {
        missing.add(feature);
      }
    }
    if (!missing.isEmpty()) {
      findings.refuse(
          "AU-HST-03",
          Severity.HIGH,
          "host",
          "this CPU lacks " + String.join(", ", missing),
          Map.of("missing", String.join(" ", missing)));
    }
  }

  private void auditExtendedState() {
    image
        .xcr0()
        .ifPresent(xcr0 -> {
          if ((xcr0 & ~host.xcr0()) != 0) {
            findings.refuse(
                "AU-HST-04",
                Severity.HIGH,
                "host",
                "extended registers 0x%x of the image are not enabled here (0x%x)"
                    .formatted(xcr0, host.xcr0()));
          }
        });
    image
        .xsaveBytes()
        .ifPresent(bytes -> {
          if (bytes != host.xsaveBytes()) {
            findings.refuse(
                "AU-HST-04",
                Severity.HIGH,
                "host",
                "the extended register area has %d bytes in the image and %d here"
                    .formatted(bytes, host.xsaveBytes()));
          }
        });
  }

  /** C libraries keep addresses of vdso functions, so another layout is another program. */
  private void auditVdso() {
    if (image.vdso().isEmpty()) {
      findings.refuse(
          "AU-HST-05", Severity.HIGH, "vdso", "the image does not say which vdso it used");
      return;
    }
    if (image.vdso().get().digest().equals(host.vdso().digest())) {
      return;
    }
    boolean sameSymbols =
        image.vdso().get().symbols().isPresent()
            && image.vdso().get().symbols().equals(host.vdso().symbols());
    if (sameSymbols) {
      findings.adjust(
          "AU-HST-05", "vdso", "this kernel's vdso differs, with the same symbols in place");
    } else {
      findings.refuse(
          "AU-HST-05",
          Severity.HIGH,
          "vdso",
          image.vdso().get().symbols().isPresent()
              ? "this kernel's vdso has other symbols than the one that the program uses"
              : "this kernel's vdso is another one, and the image does not say which symbols its own had");
    }
  }
}

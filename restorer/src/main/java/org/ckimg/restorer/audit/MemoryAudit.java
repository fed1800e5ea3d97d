package org.ckimg.restorer.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** Can the address space be built, and is what comes from files what the program had there? */
final class MemoryAudit {
  /** Below lie what mmap_min_addr(5) forbids and our own stub. */
  private static final long LOWEST_PAGE = 0x10;

  /** First page behind user space with four-level page tables. */
  private static final long END_PAGE = 0x7ffffffffL;

  private static final int MAX_MAPPINGS = 65_000;

  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final HostFacts host;
  private final Policy policy;
  private final Findings findings;
  private final Map<String, Integer> fileRanges = new LinkedHashMap<>();

  MemoryAudit(
      Checkpoint checkpoint,
      ProcessState process,
      HostFacts host,
      Policy policy,
      Findings findings) {
    this.checkpoint = checkpoint;
    this.process = process;
    this.host = host;
    this.policy = policy;
    this.findings = findings;
  }

  void run() {
    if (process.layout().isEmpty() || process.auxv().isEmpty()) {
      findings.refuse(
          "AU-MEM-01", Severity.HIGH, "memory", "the image has no bounds of the address space");
    }
    if (process.vmas().size() > MAX_MAPPINGS) {
      findings.refuse(
          "AU-MEM-02",
          Severity.HIGH,
          "memory",
          process.vmas().size() + " mappings are more than a process may have");
    }
    auditSize();
    for (int i = 0; i < process.vmas().size(); i++) {
      audit(i, process.vmas().get(i));
    }
    fileRanges.forEach((use, count) ->
        findings.grants("map", count == 1 ? use : "%s, %d ranges".formatted(use, count)));
  }

  private void audit(int index, Vma vma) {
    String subject = "mapping 0x%x".formatted(vma.firstPage() << 12);
    if (vma.kind() == Vma.Kind.VSYSCALL) {
      return;
    }
    if (vma.firstPage() < LOWEST_PAGE || vma.endPage() > END_PAGE) {
      findings.refuse("AU-MEM-03", Severity.HIGH, subject, "lies outside user memory");
    }
    switch (vma.kind()) {
      case ANONYMOUS, FILE, STACK, HEAP, VDSO, VVAR, VSYSCALL -> {}
      case SHM -> {
        if (vma.object().isEmpty()) {
          findings.refuse("AU-MEM-04", Severity.HIGH, subject, "has no content in the image");
        }
      }
      case MEMFD, SYSV, OTHER ->
          findings.refuse(
              "AU-MEM-04",
              Severity.HIGH,
              subject,
              "%s memory is not supported by this version"
                  .formatted(vma.kind().name().toLowerCase(java.util.Locale.ROOT)));
    }
    if (vma.flags().contains(VmaFlag.GUARD)) {
      findings.refuse(
          "AU-MEM-05", Severity.MEDIUM, subject, "has guard pages, which are not restored");
    }
    auditProtection(vma, subject);
    vma.file().ifPresent(file -> auditFileRange(index, vma, file, subject));
  }

  private void auditSize() {
    long pages = process.vmas().stream().mapToLong(Vma::numPages).sum();
    if (pages < 0 || pages > policy.memory().maxBytes() >>> 12) {
      findings.refuse(
          "AU-MEM-08",
          Severity.HIGH,
          "memory",
          "%d pages are mapped; the policy allows %d bytes"
              .formatted(pages, policy.memory().maxBytes()));
    }
  }

  private void auditProtection(Vma vma, String subject) {
    boolean kernels = vma.kind() == Vma.Kind.VDSO;
    if (kernels || (vma.protection() & Vma.EXECUTE) == 0) {
      return;
    }
    if ((vma.protection() & Vma.WRITE) != 0) {
      findings.answer(
          policy.memory().writeAndExecute(),
          "AU-MEM-09",
          Severity.MEDIUM,
          subject,
          "can be written and executed");
    }
    if (vma.file().isEmpty()) {
      findings.grants("map", "executable, from no file: %s".formatted(subject));
      findings.answer(
          policy.memory().executeAnonymous(),
          "AU-MEM-10",
          Severity.MEDIUM,
          subject,
          "is executable and from no file");
    }
  }

  private void auditFileRange(int index, Vma vma, int file, String subject) {
    String path = checkpoint.file(file).path().toString();
    boolean carried = checkpoint.file(file).content().isPresent();
    if (host.opened(file).isEmpty()) {
      if (!carried) {
        findings.refuse(
            "AU-MEM-06", Severity.HIGH, subject, "the file %s is not there".formatted(path));
      }
      return;
    }
    boolean proven = host.provesRange(process, index);
    if (!proven && !carried) {
      findings.refuse(
          "AU-MEM-07",
          Severity.HIGH,
          subject,
          "the bytes of %s are not those that the program had mapped".formatted(path));
    }
    if (!host.opened(file).orElseThrow().status().isRegular()) {
      findings.refuse(
          "AU-MEM-13",
          Severity.CRITICAL,
          subject,
          "%s is no regular file: its memory is somebody else's".formatted(path));
    }
    auditUse(vma, path, subject);
    fileRanges.merge(use(vma) + " of " + path, 1, Integer::sum);
  }

  private void auditUse(Vma vma, String path, String subject) {
    boolean writes = vma.shared() && (vma.protection() & Vma.WRITE) != 0;
    boolean executes = (vma.protection() & Vma.EXECUTE) != 0;
    if (writes) {
      findings.answer(
          policy.files().sharedWrite(),
          "AU-MEM-11",
          Severity.MEDIUM,
          subject,
          "writes to the file " + path);
    }
    List<String> roots = executes ? policy.files().execute() : policy.files().read();
    if (!Roots.contain(roots, checkpoint.file(vma.file().orElseThrow()).path())) {
      findings.refuse(
          "AU-MEM-12",
          Severity.HIGH,
          subject,
          "the policy does not let %s be %s".formatted(path, executes ? "executed" : "mapped"));
    }
  }

  private static String use(Vma vma) {
    if (vma.shared() && (vma.protection() & Vma.WRITE) != 0) {
      return "shared, writable";
    }
    return (vma.protection() & Vma.EXECUTE) != 0 ? "executable" : "private or read-only";
  }
}

package org.ckimg.restorer.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.tree.SharedSegment;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Limit;
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
  private static final int PAGE_SHIFT = 12;
  private static final int EXECUTABLE = 0111;
  private static final int RLIMIT_MEMLOCK = 8;
  private static final int CAP_IPC_LOCK = 14;

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
    auditLocked();
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
      case MEMFD -> {
        if (vma.file().isEmpty()) {
          findings.refuse("AU-MEM-04", Severity.HIGH, subject, "has no content in the image");
        }
      }
      case SHM -> {
        if (vma.object().isEmpty()) {
          findings.refuse("AU-MEM-04", Severity.HIGH, subject, "has no content in the image");
        } else if (writes(vma)) {
          findings.grants(
              "map",
              "shared, writable, of object %d of the image: %s"
                  .formatted(vma.object().getAsInt(), subject));
        }
      }
      case SYSV -> {
        if (vma.file().isEmpty() || !isOfSegment(vma)) {
          findings.refuse("AU-MEM-04", Severity.HIGH, subject, "is of no segment of the image");
        }
      }
      case OTHER ->
          findings.refuse(
              "AU-MEM-04",
              Severity.HIGH,
              subject,
              "%s memory is not supported by this version"
                  .formatted(vma.kind().name().toLowerCase(java.util.Locale.ROOT)));
    }
    if (vma.flags().contains(VmaFlag.GUARD)) {
      auditGuard(vma, subject);
    }
    auditProtection(vma, subject);
    vma.file().ifPresent(file -> auditFileRange(index, vma, file, subject));
  }

  private boolean isOfSegment(Vma vma) {
    return SharedSegment.of(checkpoint, checkpoint.file(vma.file().getAsInt()))
        .filter(segment -> vma.object().orElse(0) == segment.object())
        .isPresent();
  }

  private void auditGuard(Vma vma, String subject) {
    if (vma.object().isPresent()) {
      findings.refuse(
          "AU-MEM-05", Severity.MEDIUM, subject, "is said to be guard pages and to have content");
    } else if (!host.guardPages()) {
      findings.refuse(
          "AU-MEM-05",
          Severity.MEDIUM,
          subject,
          "has guard pages, which this kernel does not know");
    }
  }

  /** The kernel counts what is locked against the limit that the program is built under. */
  private void auditLocked() {
    long locked =
        process.vmas().stream()
            .filter(vma -> vma.flags().contains(VmaFlag.LOCKED))
            .mapToLong(Vma::numPages)
            .sum();
    Limit limit = host.caller().limits().get(RLIMIT_MEMLOCK);
    boolean fits =
        limit == null
            || Long.compareUnsigned(locked, limit.soft() >>> PAGE_SHIFT) <= 0
            || host.caller().mayGrant(CAP_IPC_LOCK);
    if (!fits) {
      findings.refuse(
          "AU-MEM-16",
          Severity.MEDIUM,
          "memory",
          "%d bytes are locked; you may lock %d".formatted(locked << PAGE_SHIFT, limit.soft()));
    }
  }

  private void auditProtection(Vma vma, String subject) {
    boolean kernels = vma.kind() == Vma.Kind.VDSO;
    if (kernels || (vma.protection() & Vma.EXECUTE) == 0) {
      return;
    }
    if ((vma.protection() & Vma.WRITE) != 0) {
      findings.grants("map", "writable and executable: %s".formatted(subject));
      findings.answer(
          policy.memory().writeAndExecute(),
          "AU-MEM-09",
          Severity.MEDIUM,
          subject,
          "can be written and executed");
    }
    Optional<FileFacts> file =
        vma.file().isPresent()
            ? Optional.of(checkpoint.file(vma.file().getAsInt()))
            : Optional.empty();
    if (file.isEmpty() || host.isMade(file.get())) {
      String source = file.map(made -> "the image: " + made.path()).orElse("no file");
      findings.grants("map", "executable, from %s: %s".formatted(source, subject));
      findings.answer(
          policy.memory().executeAnonymous(),
          "AU-MEM-10",
          Severity.MEDIUM,
          subject,
          "is executable and from " + source);
    }
  }

  private void auditFileRange(int index, Vma vma, int file, String subject) {
    Bytes path = checkpoint.file(file).path();
    Optional<OpenedFile> here = host.opened(file);
    boolean carried = checkpoint.file(file).content().isPresent();
    if (here.isEmpty() && !carried) {
      findings.refuse(
          "AU-MEM-06", Severity.HIGH, subject, "the file %s is not there".formatted(path));
    }
    if (here.isEmpty()) {
      return;
    }
    if (!here.get().status().isRegular()) {
      findings.refuse(
          "AU-MEM-13",
          Severity.CRITICAL,
          subject,
          "%s is no regular file: its memory is somebody else's".formatted(path));
    } else if (vma.digest().isEmpty() && !FileEvidence.isFull(checkpoint.file(file))) {
      auditBuild(vma, checkpoint.file(file), subject);
    } else if (!host.provesRange(process, index) && !carried) {
      findings.refuse(
          "AU-MEM-07",
          Severity.HIGH,
          subject,
          "the bytes of %s are not those that the program had mapped".formatted(path));
    }
    auditUse(vma, path, here.get(), subject);
    fileRanges.merge(use(vma) + " of " + path, 1, Integer::sum);
  }

  /** Without a digest of the range only its build id, AU-FIL-20, tells code from other code. */
  private void auditBuild(Vma vma, FileFacts file, String subject) {
    if (file.buildId().isEmpty() && executes(vma)) {
      findings.refuse(
          "AU-MEM-17",
          Severity.HIGH,
          subject,
          "nothing proves the code of %s: the image has neither a digest nor a build id of it"
              .formatted(file.path()));
    }
  }

  private void auditUse(Vma vma, Bytes path, OpenedFile here, String subject) {
    boolean mayWrite = vma.shared() && vma.flags().contains(VmaFlag.MAY_WRITE);
    if (!here.readable() || mayWrite && !here.writable()) {
      findings.refuse(
          "AU-FIL-12",
          Severity.HIGH,
          subject,
          "the program's own user may not map %s%s"
              .formatted(path, mayWrite ? " for writing" : ""));
    }
    if (writes(vma)) {
      findings.answer(
          policy.files().sharedWrite(),
          "AU-MEM-11",
          Severity.MEDIUM,
          subject,
          "writes to the file " + path);
    }
    if (mayWrite && vma.file().equals(process.exe())) {
      findings.refuse(
          "AU-MEM-14",
          Severity.HIGH,
          subject,
          "can write to %s, which the program itself runs".formatted(path));
    } else if (mayWrite && (here.status().mode() & EXECUTABLE) != 0) {
      findings.warn(
          "AU-MEM-14", Severity.MEDIUM, subject, "can write to %s, a program".formatted(path));
    }
    if (executes(vma) && here.filesystem().forbidsExecution()) {
      findings.refuse(
          "AU-MEM-15",
          Severity.HIGH,
          subject,
          "%s is where nothing may be executed (noexec)".formatted(path));
    }
    if (mayWrite && Roots.contain(policy.files().appendOnly(), path)) {
      findings.refuse(
          "AU-FIL-19",
          Severity.HIGH,
          subject,
          "the policy lets %s only be added to, and it is mapped for writing".formatted(path));
    }
    auditFolder(vma, path, subject);
  }

  private void auditFolder(Vma vma, Bytes path, String subject) {
    List<String> roots = executes(vma) ? policy.files().execute() : policy.files().read();
    if (!Roots.contain(roots, path)) {
      findings.refuse(
          "AU-MEM-12",
          Severity.HIGH,
          subject,
          "the policy does not let %s be %s"
              .formatted(path, executes(vma) ? "executed" : "mapped"));
    }
    if (writes(vma) && !Roots.contain(policy.files().write(), path)) {
      findings.refuse(
          "AU-MEM-12",
          Severity.HIGH,
          subject,
          "the policy does not let %s be written".formatted(path));
    }
  }

  private static boolean writes(Vma vma) {
    return vma.shared() && (vma.protection() & Vma.WRITE) != 0;
  }

  private static boolean executes(Vma vma) {
    return (vma.protection() & Vma.EXECUTE) != 0;
  }

  private static String use(Vma vma) {
    if (writes(vma)) {
      return "shared, writable";
    }
    return executes(vma) ? "executable" : "private or read-only";
  }
}

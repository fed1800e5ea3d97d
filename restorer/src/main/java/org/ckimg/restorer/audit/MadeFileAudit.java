package org.ckimg.restorer.audit;

import java.util.HashSet;
import java.util.Set;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** Files that come out of the image: memory files, and files that no path leads to. */
final class MadeFileAudit {
  private static final int F_SEAL_WRITE = 8;
  private static final int KNOWN_SEALS = 0x3f;

  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final Findings findings;
  private final Set<Integer> written = new HashSet<>();
  private final Set<Integer> memory = new HashSet<>();

  MadeFileAudit(Checkpoint checkpoint, HostFacts host, Findings findings) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.findings = findings;
    for (ProcessState process : checkpoint.processes()) {
      process.vmas().forEach(this::note);
    }
    for (OpenFile open : checkpoint.descriptions()) {
      if (open.type() == FdType.MEMFD && open.file().isPresent()) {
        memory.add(open.file().getAsInt());
      }
    }
  }

  private void note(Vma vma) {
    int file = vma.file().orElse(0);
    if (vma.shared() && (vma.protection() & Vma.WRITE) != 0) {
      written.add(file);
    }
    if (vma.kind() == Vma.Kind.MEMFD) {
      memory.add(file);
    }
  }

  void run() {
    for (FileFacts file : checkpoint.files()) {
      String subject = file.path().toString();
      if (memory.contains(file.id()) && (!file.deleted() || !host.isMade(file))) {
        findings.refuse(
            "AU-MFD-01",
            Severity.CRITICAL,
            subject,
            "is said to be a memory file, and is a file of this host or has no content");
      } else if (host.isMade(file)) {
        auditMade(file, subject);
      }
    }
  }

  private void auditMade(FileFacts file, String subject) {
    long bytes = checkpoint.object(file.content().getAsInt()).length();
    auditSeals(file, subject);
    findings.grants("memory", "%s, %d bytes out of the image".formatted(subject, bytes));
  }

  private void auditSeals(FileFacts file, String subject) {
    int seals = file.seals().orElse(0);
    if ((seals & ~KNOWN_SEALS) != 0 || seals != 0 && !memory.contains(file.id())) {
      findings.refuse(
          "AU-MFD-02",
          Severity.MEDIUM,
          subject,
          "has seals 0x%x, which it cannot have".formatted(seals));
    }
    if ((seals & F_SEAL_WRITE) != 0 && written.contains(file.id())) {
      findings.refuse(
          "AU-MFD-03", Severity.MEDIUM, subject, "is sealed against writing, and mapped for it");
    }
  }
}

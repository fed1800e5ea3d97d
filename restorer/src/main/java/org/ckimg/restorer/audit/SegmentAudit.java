package org.ckimg.restorer.audit;

import java.util.Optional;
import org.ckimg.linux.proc.Segment;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.MemoryFiles;
import org.ckimg.restorer.tree.SharedSegment;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** System V shared memory: it outlives programs, and is found by everybody who knows its id. */
final class SegmentAudit {
  private static final int KNOWN_MODE = 0777 | Segment.REMOVED;

  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final Findings findings;

  SegmentAudit(Checkpoint checkpoint, HostFacts host, Findings findings) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.findings = findings;
  }

  void run() {
    for (FileFacts file : checkpoint.files()) {
      if (!MemoryFiles.isSegment(file)) {
        continue;
      }
      String subject = file.path().toString();
      Optional<SharedSegment> segment = SharedSegment.of(checkpoint, file);
      if (segment.isEmpty() || (segment.get().mode() & ~KNOWN_MODE) != 0) {
        findings.refuse(
            "AU-SHM-01",
            Severity.HIGH,
            subject,
            "the image does not say what this shared memory is, or not all of it");
      } else {
        audit(segment.get(), subject);
      }
    }
  }

  private void audit(SharedSegment segment, String subject) {
    long bytes = segment.bytes();
    if (!isOwn(segment)) {
      findings.refuse(
          "AU-SHM-02",
          Severity.HIGH,
          subject,
          "belongs to user %d, who is none of the program's".formatted(segment.owner().uid()));
    }
    Optional<Segment> here = host.segmentLike(segment);
    if (here.isPresent()) {
      auditLeft(segment, here.get(), subject);
    } else if (!host.caller().mayChoosePid()) {
      auditId(segment, subject);
    }
    findings.grants("memory", "System V segment %d, %d bytes".formatted(segment.id(), bytes));
  }

  /** It is made by a process that has it. */
  private boolean isOwn(SharedSegment segment) {
    return checkpoint.processes().stream()
        .filter(process -> uses(process, segment))
        .flatMap(process -> process.threads().stream().limit(1))
        .flatMap(leader -> leader.credentials().stream())
        .map(Credentials::ids)
        .anyMatch(
            ids -> ids.euid() == segment.owner().uid() && ids.egid() == segment.owner().gid());
  }

  private static boolean uses(ProcessState process, SharedSegment segment) {
    return process.vmas().stream()
        .filter(vma -> vma.kind() == Vma.Kind.SYSV)
        .anyMatch(vma -> vma.file().orElse(0) == segment.file());
  }

  private void auditLeft(SharedSegment segment, Segment here, String subject) {
    if (!segment.is(here) || here.attached() > 0) {
      findings.refuse(
          "AU-SHM-03",
          Severity.MEDIUM,
          subject,
          "there is a segment with id %d and key 0x%x, which is %s"
              .formatted(here.id(), here.key(), here.attached() > 0 ? "in use" : "another one"));
    } else {
      findings.adjust(
          "AU-SHM-04", subject, "is still there; what is in it becomes what the program had in it");
    }
  }

  private void auditId(SharedSegment segment, String subject) {
    if (segment.isRemoved()) {
      findings.adjust(
          "AU-SHM-05",
          subject,
          "gets another id than %d, and is removed as it was".formatted(segment.id()));
    } else {
      findings.refuse(
          "AU-SHM-05",
          Severity.MEDIUM,
          subject,
          "had the id %d, and choosing one needs CAP_CHECKPOINT_RESTORE".formatted(segment.id()));
    }
  }
}

package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private final Map<Integer, Set<User>> users;

  /** Effective ids. */
  private record User(int uid, int gid) {
    static User of(Credentials credentials) {
      return new User(credentials.ids().euid(), credentials.ids().egid());
    }
  }

  SegmentAudit(Checkpoint checkpoint, HostFacts host, Findings findings) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.findings = findings;
    this.users = users(checkpoint);
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
    return users
        .getOrDefault(segment.file(), Set.of())
        .contains(new User(segment.owner().uid(), segment.owner().gid()));
  }

  /** As whom the processes run that have each segment, by its file. */
  private static Map<Integer, Set<User>> users(Checkpoint checkpoint) {
    Map<Integer, Set<User>> users = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      Optional<User> user = process.credentials().map(User::of);
      for (Vma vma : process.vmas()) {
        if (vma.kind() == Vma.Kind.SYSV && user.isPresent()) {
          users.computeIfAbsent(vma.file().orElse(0), id -> new HashSet<>()).add(user.get());
        }
      }
    }
    return users;
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

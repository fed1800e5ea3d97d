package org.ckimg.restorer.audit;

import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.tree.MemoryFiles;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** Is all memory together, of every process and of files out of the image, within bounds? */
final class SizeAudit {
  private static final int PAGE_SHIFT = 12;

  /** More than any policy can allow. */
  private static final long TOO_MANY = 1L << 52;

  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final Policy.Memory policy;
  private final Findings findings;

  SizeAudit(Checkpoint checkpoint, HostFacts host, Policy.Memory policy, Findings findings) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.policy = policy;
    this.findings = findings;
  }

  void run() {
    long mapped = 0;
    for (ProcessState process : Tree.of(checkpoint).living()) {
      for (Vma vma : process.vmas()) {
        mapped = Math.min(TOO_MANY, mapped + vma.numPages());
      }
    }
    long made = 0;
    for (FileFacts file : checkpoint.files()) {
      made = Math.min(TOO_MANY, made + pages(madeBytes(file)));
    }
    if (mapped + made > policy.maxBytes() >>> PAGE_SHIFT) {
      findings.refuse(
          "AU-MEM-08",
          Severity.HIGH,
          "memory",
          "all processes map %d pages, and what is made for them has %d; the policy allows %d bytes"
              .formatted(mapped, made, policy.maxBytes()));
    }
  }

  private static long pages(long bytes) {
    return bytes == 0 ? 0 : (bytes - 1 >>> PAGE_SHIFT) + 1;
  }

  /** Of a segment the whole is made, however little of it is mapped. */
  private long madeBytes(FileFacts file) {
    boolean made = file.content().isPresent() && (host.isMade(file) || MemoryFiles.isSegment(file));
    return made ? checkpoint.object(file.content().getAsInt()).length() : 0;
  }
}

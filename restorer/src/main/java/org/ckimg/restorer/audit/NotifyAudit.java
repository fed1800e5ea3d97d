package org.ckimg.restorer.audit;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;

/** Files that an inotify instance watches: who is told what happens to them could read them too. */
final class NotifyAudit {
  /** What the kernel shows of a mask: events, IN_EXCL_UNLINK, IN_ONESHOT; never how to add one. */
  private static final int SHOWN = 0xfff | 0x4000000 | 0x80000000;

  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final Policy.Files policy;
  private final Findings findings;

  NotifyAudit(Checkpoint checkpoint, HostFacts host, Policy.Files policy, Findings findings) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.policy = policy;
    this.findings = findings;
  }

  void run(String subject, FdState.NotifyList list) {
    Set<Inode> watched = new HashSet<>();
    for (FdState.Notify watch : list.watches()) {
      FileFacts file = checkpoint.file(watch.file());
      Optional<OpenedFile> here = host.opened(file.id());
      Bytes path = host.pathHere(file);
      if (here.isEmpty()) {
        refuse(subject, "watches %s, which is not here".formatted(file.path()));
      } else if (!here.get().readable()) {
        refuse(
            subject,
            "watches %s, which the program's own user may not read".formatted(file.path()));
      } else if (!Roots.contain(policy.read(), path)) {
        refuse(subject, "watches %s, which the policy does not let be read".formatted(path));
      } else if (!watched.add(Inode.of(here.get()))) {
        refuse(subject, "watches %s under two numbers".formatted(file.path()));
      }
      if ((watch.mask() & ~SHOWN) != 0 || (watch.mask() & 0xfff) == 0) {
        refuse(
            subject,
            "watches %s for 0x%x, which is no set of events".formatted(file.path(), watch.mask()));
      }
      findings.grants("descriptor", "%s: watch %s".formatted(subject, path));
    }
  }

  private record Inode(long device, long number) {
    static Inode of(OpenedFile file) {
      return new Inode(file.status().device(), file.status().inode());
    }
  }

  private void refuse(String subject, String text) {
    findings.refuse("AU-FD-16", Severity.HIGH, subject, text);
  }
}

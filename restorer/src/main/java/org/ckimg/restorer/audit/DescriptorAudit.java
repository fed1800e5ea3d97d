package org.ckimg.restorer.audit;

import org.ckimg.linux.sys.FileCalls;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.OpenFile;

/** What any descriptor has: a number, flags, a position, somebody who is told of input. */
final class DescriptorAudit {
  private static final int O_NOFOLLOW = 0400000;
  private static final int RLIMIT_NOFILE = 7;
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;

  /** They act while a file is opened, on the file itself; no open file shows them. */
  private static final int OPENING_FLAGS =
      FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_NOCTTY | FileCalls.O_TRUNC;

  private final Tree tree;
  private final HostFacts host;
  private final Findings findings;

  DescriptorAudit(Tree tree, HostFacts host, Findings findings) {
    this.tree = tree;
    this.host = host;
    this.findings = findings;
  }

  void run(FdEntry fd, OpenFile description) {
    String subject = "fd " + fd.number();
    Limit limit = host.caller().limits().get(RLIMIT_NOFILE);
    if (limit != null && Long.compareUnsigned(fd.number(), limit.hard()) >= 0) {
      findings.refuse(
          "AU-FD-09",
          Severity.MEDIUM,
          subject,
          "you may have no descriptor above " + (limit.hard() - 1));
    }
    if (description.position().orElse(0) < 0) {
      findings.refuse(
          "AU-FD-10",
          Severity.MEDIUM,
          subject,
          "its position %d is before the start of the file"
              .formatted(description.position().getAsLong()));
    }
    auditFlags(subject, description);
    auditOwner(subject, description);
  }

  private void auditFlags(String subject, OpenFile description) {
    if ((description.flags() & OPENING_FLAGS) != 0) {
      findings.refuse(
          "AU-FD-11",
          Severity.HIGH,
          subject,
          "flags 0%o create or cut a file, which no open file shows"
              .formatted(description.flags() & OPENING_FLAGS));
    }
    if ((description.flags() & O_NOFOLLOW) != 0) {
      findings.adjust(
          "AU-FD-05", subject, "O_NOFOLLOW, which acts only while a file is opened, is not shown");
    }
  }

  /** The kernel lets the owner be anybody, and sends with the rights of who named it. */
  private void auditOwner(String subject, OpenFile description) {
    int signal = description.signal().orElse(0);
    if (signal == SIGKILL || signal == SIGSTOP) {
      findings.refuse(
          "AU-FD-13", Severity.HIGH, subject, "would send signal %d on input".formatted(signal));
    }
    if (description.owner().isPresent() && !isInside(description.owner().get())) {
      findings.adjust(
          "AU-FD-12",
          subject,
          "sent signals to %s %d, which is not restored: nobody is told"
              .formatted(
                  description.owner().get().type() == 2 ? "process group" : "process",
                  description.owner().get().id()));
    } else if (description.owner().isPresent() && description.type() != FdType.PIPE) {
      findings.grants(
          "signal", "%s: signals %d".formatted(subject, description.owner().get().id()));
    }
  }

  private boolean isInside(OpenFile.Owner owner) {
    return tree.hasOwner(owner.type(), owner.id());
  }
}

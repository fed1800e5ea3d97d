package org.ckimg.restorer.audit;

import org.ckimg.linux.sys.FileCalls;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.OpenFile;

/** What any descriptor has: a number, flags, a position, somebody who is told of input. */
final class DescriptorAudit {
  /** O_NOFOLLOW and O_TMPFILE: the kernel goes on showing them, and they do nothing more. */
  private static final int NOT_SHOWN = 020400000;

  private static final int RLIMIT_NOFILE = 7;
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;

  /** They act while a file is opened, on the file itself; no open file shows them. */
  private static final int OPENING_FLAGS =
      FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_NOCTTY | FileCalls.O_TRUNC;

  /** Bytes behind its end to which a file can be written, on file systems with small blocks. */
  private static final long FURTHEST = 1L << 44;

  /** Numbers that building takes besides those for files: terminals, pipes, the image. */
  private static final int SPARE = 64;

  private final Checkpoint checkpoint;
  private final Tree tree;
  private final HostFacts host;
  private final Findings findings;
  private final long room;

  DescriptorAudit(Relations relations, HostFacts host, Findings findings) {
    this.checkpoint = relations.checkpoint();
    this.tree = relations.tree();
    this.host = host;
    this.findings = findings;
    this.room = checkpoint.files().size() + 2L * checkpoint.descriptions().size() + SPARE;
  }

  void run(FdEntry fd, OpenFile description) {
    String subject = fd.name();
    auditNumber(subject, fd.number());
    if (description.state().orElse(null) instanceof FdState.WatchList list) {
      // What it watches under a number that is closed has that number for a moment.
      list.watches().forEach(watch -> auditNumber(subject, watch.number()));
    }
    auditPosition(subject, description);
    auditFlags(subject, description);
    auditOwner(subject, description);
  }

  private void auditNumber(String subject, int number) {
    Limit limit = host.caller().limits().get(RLIMIT_NOFILE);
    if (limit != null && Long.compareUnsigned(number + room, limit.soft()) >= 0) {
      findings.refuse(
          "AU-FD-09",
          Severity.MEDIUM,
          subject,
          "you may have no descriptor above %d, and building needs %d above those of the program"
              .formatted(limit.soft() - 1, room));
    }
  }

  private void auditPosition(String subject, OpenFile description) {
    long position = description.position().orElse(0);
    long length =
        description.file().stream()
            .mapToObj(checkpoint::file)
            .flatMapToLong(file -> file.length().stream())
            .findFirst()
            .orElse(0);
    // Of a folder the position is whatever its file system likes.
    boolean beyond = description.type() == FdType.REGULAR && position - FURTHEST > length;
    if (position < 0 || beyond) {
      findings.refuse(
          "AU-FD-10",
          Severity.MEDIUM,
          subject,
          "its position %d is where no file can be that has %d bytes".formatted(position, length));
    }
  }

  private void auditFlags(String subject, OpenFile description) {
    // Of a descriptor that refers to a thread O_EXCL says that, pidfd_open(2).
    int shown = description.type() == FdType.PIDFD ? FileCalls.O_EXCL : 0;
    int opening = description.flags() & OPENING_FLAGS & ~shown;
    if (opening != 0) {
      findings.refuse(
          "AU-FD-11",
          Severity.HIGH,
          subject,
          "flags 0%o create or cut a file, which no open file shows".formatted(opening));
    }
    if ((description.flags() & NOT_SHOWN) != 0) {
      findings.adjust(
          "AU-FD-05",
          subject,
          "flags 0%o, which act only while a file is opened, are not shown"
              .formatted(description.flags() & NOT_SHOWN));
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

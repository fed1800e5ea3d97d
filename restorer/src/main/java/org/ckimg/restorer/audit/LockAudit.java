package org.ckimg.restorer.audit;

import java.util.Optional;
import org.ckimg.linux.proc.FdInfo.Lock;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.restorer.tree.LockHolders;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.ProcessState;

/** Locks of files: through what is the program's own, and only those that nobody else has. */
final class LockAudit {
  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final HostFacts host;
  private final Inherited inherited;
  private final Findings findings;

  LockAudit(
      Checkpoint checkpoint,
      ProcessState process,
      HostFacts host,
      Inherited inherited,
      Findings findings) {
    this.checkpoint = checkpoint;
    this.process = process;
    this.host = host;
    this.inherited = inherited;
    this.findings = findings;
  }

  void run() {
    if (!process.locks().isEmpty()) {
      LockHolders holders = LockHolders.of(checkpoint, process);
      process.locks().forEach(lock -> audit(lock, holders.of(lock)));
    }
  }

  private void audit(FileLock lock, Optional<FdEntry> holder) {
    Bytes path = checkpoint.file(lock.file()).path();
    boolean own = holder.filter(fd -> inherited.callerFd(fd.description()).isEmpty()).isPresent();
    boolean ends = lock.length() == 0 || lock.start() <= Long.MAX_VALUE - lock.length();
    if (!own || !ends) {
      findings.refuse(
          "AU-LCK-01",
          Severity.MEDIUM,
          "lock",
          "no descriptor of the program can hold its lock of %s, %s".formatted(path, range(lock)));
      return;
    }
    String subject = holder.get().name();
    host.opened(lock.file())
        .map(OpenedFile::status)
        .flatMap(status -> conflict(lock, status))
        .ifPresent(other ->
            findings.refuse(
                "AU-LCK-02",
                Severity.MEDIUM,
                subject,
                "%s is locked by process %d".formatted(path, other.pid())));
    findings.grants("lock", "%s: lock %s, %s".formatted(subject, path, range(lock)));
  }

  private static String range(FileLock lock) {
    String kind = lock.exclusive() ? "exclusive" : "shared";
    return lock.length() == 0
        ? "%s from %d".formatted(kind, lock.start())
        : "%s, %d bytes from %d".formatted(kind, lock.length(), lock.start());
  }

  private Optional<Lock> conflict(FileLock lock, FileStatus file) {
    return host.locks().stream()
        .filter(other -> other.inode() == file.inode() && other.device() == file.device())
        .filter(other -> lock.exclusive() || other.exclusive())
        .filter(other -> isOfOneKind(lock, other) && overlaps(lock, other))
        .findFirst();
  }

  /** Locks of fcntl(2) and of flock(2) do not see each other. */
  private static boolean isOfOneKind(FileLock lock, Lock other) {
    boolean whole = lock.kind() == FileLock.Kind.FLOCK;
    return switch (other.kind()) {
      case FLOCK -> whole;
      case POSIX, OFD -> !whole;
      case LEASE -> false;
    };
  }

  private static boolean overlaps(FileLock lock, Lock other) {
    boolean behind = lock.length() != 0 && lock.start() + lock.length() <= other.start();
    boolean before = other.end() >= 0 && other.end() < lock.start();
    return !behind && !before;
  }
}

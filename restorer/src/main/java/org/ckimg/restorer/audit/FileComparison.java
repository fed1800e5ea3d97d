package org.ckimg.restorer.audit;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.KernelFilesystems;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/** Is a file that was opened the recorded one, and has it the content that the program expects? */
final class FileComparison {
  private final FileUses uses;
  private final Policy.Files policy;
  private final Findings findings;

  FileComparison(FileUses uses, Policy.Files policy, Findings findings) {
    this.uses = uses;
    this.policy = policy;
    this.findings = findings;
  }

  void run(FileFacts file, FileUse use, String subject, OpenedFile here) {
    Optional<String> kernels = KernelFilesystems.name(here.filesystem().type());
    if (kernels.isPresent()) {
      findings.refuse(
          "AU-FIL-13",
          Severity.CRITICAL,
          subject,
          "%s is a file of %s, not of a disk".formatted(file.path(), kernels.get()));
      return;
    }
    boolean weak = FileEvidence.isWeak(file, use);
    if (!weak && !FileEvidence.isFull(file)) {
      findings.refuse(
          "AU-FIL-02", Severity.HIGH, subject, "the image has no evidence of " + file.path());
      return;
    }
    FileStatus now = here.status();
    if (isOtherKind(file, now)) {
      findings.refuse(
          "AU-FIL-03", Severity.HIGH, subject, "%s is another kind of file".formatted(file.path()));
      return;
    }
    if (use == FileUse.IDENTITY && now.isCharacterDevice()) {
      return;
    }
    compareBuild(file, subject, here);
    if (!weak && !sameFile(file, here)) {
      findings.refuse(
          "AU-FIL-04",
          Severity.HIGH,
          subject,
          "%s was replaced: it is another file now".formatted(file.path()),
          Map.of("inode", "" + file.inode().get().number(), "inode here", "" + now.inode()));
      return;
    }
    if (use != FileUse.IDENTITY) {
      compareContent(file, use, subject, now);
    }
  }

  private static boolean isOtherKind(FileFacts file, FileStatus now) {
    return file.type().orElseThrow() != now.type()
        || file.status().rdev().orElse(now.rdev()) != now.rdev();
  }

  /** Names what a file was replaced by, besides what proves its bytes. */
  private void compareBuild(FileFacts file, String subject, OpenedFile here) {
    Optional<Bytes> was = file.buildId();
    boolean looked = was.isPresent() && here.readable() && here.isData();
    if (looked && !was.equals(here.buildId())) {
      String now = here.buildId().map(FileComparison::hex).orElse("none");
      findings.refuse(
          "AU-FIL-20",
          Severity.HIGH,
          subject,
          "%s is another build: its build id is %s, it was %s"
              .formatted(file.path(), now, hex(was.get())),
          Map.of("build id", hex(was.get()), "build id here", now));
    }
  }

  private static String hex(Bytes id) {
    return HexFormat.of().formatHex(id.toArray());
  }

  /** A file system that has no identity says 0, statfs(2). */
  private static boolean isSame(OptionalLong recorded, long here) {
    return recorded.isEmpty() || recorded.getAsLong() == 0 || recorded.getAsLong() == here;
  }

  /** The handle is compared as a whole; generation 0 is normal on many file systems. */
  private static boolean sameFile(FileFacts file, OpenedFile here) {
    boolean sameFilesystem =
        isSame(file.filesystem(), here.filesystem().type())
            && isSame(file.filesystemId(), here.filesystem().id());
    boolean sameInode = file.inode().get().number() == here.status().inode();
    boolean sameHandle =
        file.handle().isEmpty()
            || here.handle().isEmpty()
            || (file.handle().get().type() == here.handle().get().type()
                && file.handle().get().bytes().equals(Bytes.of(here.handle().get().bytes())));
    boolean sameBirth =
        file.status().btimeNanos().isEmpty()
            || here.status().btimeNanos().isEmpty()
            || file.status().btimeNanos().equals(here.status().btimeNanos());
    return sameFilesystem && sameInode && sameHandle && sameBirth;
  }

  private void compareContent(FileFacts file, FileUse use, String subject, FileStatus now) {
    long length = file.length().orElseThrow();
    if (use == FileUse.APPENDED) {
      compareLength(file, subject, length, now);
      return;
    }
    boolean changed =
        length != now.length()
            || differs(file.status().mtimeNanos(), now.mtimeNanos())
            || differs(file.status().ctimeNanos(), now.ctimeNanos());
    // Only mapped, it is proven byte by byte: a new link or owner does not matter.
    boolean proven = uses.isProven(file.id()) && !uses.isOpen(file.id());
    if (changed && !proven) {
      drifted(file, subject, now);
    }
  }

  private void compareLength(FileFacts file, String subject, long length, FileStatus now) {
    if (now.length() < length) {
      findings.refuse(
          "AU-FIL-05",
          Severity.HIGH,
          subject,
          "%s was cut to %d bytes; it had %d".formatted(file.path(), now.length(), length));
    } else if (now.length() > length) {
      findings.adjust(
          "AU-FIL-05",
          subject,
          "%s has grown from %d to %d bytes".formatted(file.path(), length, now.length()));
    }
  }

  private static boolean differs(OptionalLong recorded, long here) {
    return recorded.isPresent() && recorded.getAsLong() != here;
  }

  /** A policy may let a file be another one than it was; then the program is told nothing. */
  private void drifted(FileFacts file, String subject, FileStatus now) {
    String text = "%s was changed since the dump".formatted(file.path());
    if (policy.drift() != Policy.Answer.REFUSE) {
      findings.warn("AU-FIL-06", Severity.MEDIUM, subject, text);
      return;
    }
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("bytes", "" + file.length().orElseThrow());
    evidence.put("bytes here", "" + now.length());
    file.status().mtimeNanos().ifPresent(time -> evidence.put("mtime", "" + time));
    evidence.put("mtime here", "" + now.mtimeNanos());
    findings.refuse("AU-FIL-06", Severity.HIGH, subject, text, evidence);
  }
}

package org.ckimg.restorer.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.KernelFilesystems;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.tree.MemoryFiles;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;

/**
 * Are the files those that the program had? Each was opened by its path with the program's own
 * rights; what the image recorded of it, the file handle above all, is evidence to compare with.
 */
final class EvidenceAudit {
  private static final int SHOWN = 3;

  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final Policy.Files policy;
  private final Findings all;
  private final FileUses uses;
  private final List<Bytes> weak = new ArrayList<>();

  EvidenceAudit(Checkpoint checkpoint, HostFacts host, Policy.Files policy, Findings all) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.policy = policy;
    this.all = all;
    this.uses = new FileUses(checkpoint, host::provesRange);
  }

  void run() {
    new TreeMap<>(uses.strictest())
        .forEach((id, use) -> {
          FileFacts file = checkpoint.file(id);
          Optional<FileUses.User> user = uses.user(id);
          String subject = user.map(FileUses.User::subject).orElse(file.path().toString());
          // Terminals become the caller's, whatever they were called.
          if (!uses.isOpenAs(id, FdType.TTY)) {
            audit(file, use, subject, user.map(one -> all.of(one.pid())).orElse(all));
          }
        });
    if (!weak.isEmpty()) {
      all.answer(
          policy.weakEvidence(),
          "AU-FIL-21",
          Severity.HIGH,
          "files",
          "the image knows no more than kind and size of %s: %s (files.weak-evidence)"
              .formatted(weak.size() == 1 ? "a file" : weak.size() + " files", some(weak)));
    }
  }

  private static String some(List<Bytes> paths) {
    String shown =
        paths.stream().limit(SHOWN).map(Bytes::toString).collect(Collectors.joining(", "));
    return paths.size() > SHOWN ? shown + ", …" : shown;
  }

  private void audit(FileFacts file, FileUse use, String subject, Findings findings) {
    FileLookup lookup = host.files().get(file.id());
    boolean named = !(lookup instanceof FileLookup.NotLookedFor) || isNamed(file);
    if (named && !PlainPath.is(file.path())) {
      findings.refuse(
          "AU-FIL-14",
          Severity.HIGH,
          subject,
          "%s is no path as the kernel shows one".formatted(file.path()));
      return;
    }
    switch (lookup) {
      case FileLookup.Missing missing -> auditMissing(file, subject, missing, findings);
      case FileLookup.Found found -> {
        found
            .movedTo()
            .ifPresent(path ->
                findings.adjust(
                    "AU-FIL-17",
                    subject,
                    "%s has no path any more; its handle leads to %s"
                        .formatted(file.path(), path)));
        if (FileEvidence.isWeak(file, use) && !found.file().status().isCharacterDevice()) {
          weak.add(file.path());
        }
        new FileComparison(uses, policy, findings).run(file, use, subject, found.file());
      }
      case FileLookup.Changed ignored -> auditChanged(file, subject, findings);
      case FileLookup.Nameless nameless ->
          auditNameless(file, subject, nameless.folder(), findings);
      case FileLookup.NotLookedFor ignored -> {
        if (file.deleted() && isMade(file)) {
          refuseNameless(file, subject, "its folder is not there", findings);
        } else if (file.deleted() && !uses.isOpen(file.id())) {
          auditMapped(file, subject, findings);
        }
      }
    }
  }

  /** True for a file that something opens or maps by its path; pipes and their like have none. */
  private boolean isNamed(FileFacts file) {
    boolean byPath =
        !uses.isOpen(file.id())
            || uses.isOpenAs(file.id(), FdType.REGULAR)
            || uses.isOpenAs(file.id(), FdType.DIRECTORY)
            || uses.isOpenAs(file.id(), FdType.FIFO)
            || uses.isOpenAs(file.id(), FdType.CHARACTER);
    return byPath && !file.deleted();
  }

  private void auditMissing(
      FileFacts file, String subject, FileLookup.Missing missing, Findings findings) {
    if (isOnlyMapped(file)) {
      adjustContent(file, subject, "is gone", findings);
    } else {
      findings.refuse(
          "AU-FIL-01",
          Severity.HIGH,
          subject,
          "%s cannot be opened: %s".formatted(file.path(), missing.reason().getMessage()));
    }
  }

  private void auditChanged(FileFacts file, String subject, Findings findings) {
    if (isOnlyMapped(file)) {
      adjustContent(file, subject, "has changed", findings);
    } else {
      findings.refuse(
          "AU-FIL-06",
          Severity.HIGH,
          subject,
          "%s was changed since the dump".formatted(file.path()));
    }
  }

  /** Whatever else the program has of it would be another file than the memory file. */
  private boolean isOnlyMapped(FileFacts file) {
    return file.content().isPresent() && !uses.isOpen(file.id()) && !uses.isPlace(file.id());
  }

  private static void adjustContent(
      FileFacts file, String subject, String what, Findings findings) {
    findings.adjust(
        "AU-FIL-07",
        subject,
        "%s %s; its recorded content comes back as a memory file".formatted(file.path(), what));
  }

  /** It is made again where it was, with the program's own rights, and never has a name. */
  private void auditNameless(FileFacts file, String subject, OpenedFile folder, Findings findings) {
    boolean empty =
        uses.isOpenAs(file.id(), FdType.FIFO) || file.length().equals(OptionalLong.of(0));
    if (!uses.isOpen(file.id())) {
      auditMapped(file, subject, findings);
    } else if (!isMade(file)) {
      refuseNameless(file, subject, "it is neither a regular file nor a FIFO", findings);
    } else if (file.content().isEmpty() && !empty) {
      refuseNameless(file, subject, "the image does not have its content", findings);
    } else if (!folder.status().isDirectory() || isKernels(folder)) {
      refuseNameless(file, subject, "it was in no folder of a disk", findings);
    } else if (!folder.writable() || !folder.executable()) {
      refuseNameless(file, subject, "the program may not write to its folder", findings);
    } else if (!Roots.contain(policy.write(), file.path())) {
      refuseNameless(file, subject, "the policy does not let its folder be written", findings);
    } else {
      findings.adjust(
          "AU-FIL-18",
          subject,
          "%s has no path any more; it is made again in its folder, without a name"
              .formatted(file.path()));
    }
  }

  /** Nobody sees what it is but by its bytes; what has none is refused where it is used. */
  private static void auditMapped(FileFacts file, String subject, Findings findings) {
    boolean memory = MemoryFiles.isNamed(file) || MemoryFiles.isSegment(file);
    if (file.content().isPresent() && !memory) {
      adjustContent(file, subject, "has no path any more", findings);
    }
  }

  private boolean isMade(FileFacts file) {
    return uses.isOpenAs(file.id(), FdType.REGULAR) || uses.isOpenAs(file.id(), FdType.FIFO);
  }

  private static boolean isKernels(OpenedFile file) {
    return KernelFilesystems.name(file.filesystem().type()).isPresent();
  }

  private static void refuseNameless(
      FileFacts file, String subject, String why, Findings findings) {
    findings.refuse(
        "AU-FIL-18",
        Severity.HIGH,
        subject,
        "%s has no path any more, and cannot be made again: %s".formatted(file.path(), why));
  }
}

package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;

/**
 * Are the files those that the program had? Each was opened by its path with the program's own
 * rights; what the image recorded of it, the file handle above all, is evidence to compare with.
 */
final class FileAudit {
  /** What a file must be, by the type of the descriptions that are on it: S_IFMT of stat(2). */
  private static final Map<FdType, Integer> KINDS =
      Map.of(
          FdType.REGULAR, 0100000,
          FdType.DIRECTORY, 0040000,
          FdType.FIFO, 0010000,
          FdType.CHARACTER, 0020000);

  /** File systems of the kernel itself, {@code linux/magic.h}. */
  private static final Map<Long, String> KERNEL_FILESYSTEMS =
      Map.ofEntries(
          Map.entry(0x9fa0L, "proc"),
          Map.entry(0x62656572L, "sysfs"),
          Map.entry(0x27e0ebL, "cgroup"),
          Map.entry(0x63677270L, "cgroup2"),
          Map.entry(0x64626720L, "debugfs"),
          Map.entry(0x74726163L, "tracefs"),
          Map.entry(0x73636673L, "securityfs"),
          Map.entry(0xcafe4a11L, "bpf"),
          Map.entry(0x19800202L, "mqueue"),
          Map.entry(0x6e736673L, "nsfs"),
          Map.entry(0x50495045L, "pipefs"),
          Map.entry(0xde5e81e4L, "efivarfs"),
          Map.entry(0x62656570L, "configfs"));

  private static final Set<Bytes> HARMLESS_DEVICES =
      Set.of(
          Bytes.utf8("/dev/null"),
          Bytes.utf8("/dev/zero"),
          Bytes.utf8("/dev/full"),
          Bytes.utf8("/dev/random"),
          Bytes.utf8("/dev/urandom"));

  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final HostFacts host;
  private final RestoreOptions options;
  private final Findings findings;
  private final Inherited inherited;
  private final EventAudit events;
  private final DescriptorAudit descriptors;
  private final PipeAudit pipes;

  FileAudit(
      Checkpoint checkpoint,
      ProcessState process,
      HostFacts host,
      RestoreOptions options,
      Findings findings) {
    this.checkpoint = checkpoint;
    this.process = process;
    this.host = host;
    this.options = options;
    this.findings = findings;
    this.inherited = Inherited.of(checkpoint, options.inherit());
    this.events = new EventAudit(process, host, findings);
    this.descriptors = new DescriptorAudit(Tree.of(checkpoint), host, findings);
    this.pipes = new PipeAudit(checkpoint, host, findings);
  }

  void run() {
    Map<Integer, String> names = subjects();
    FileUse.of(checkpoint, process)
        .forEach((id, use) -> {
          FileFacts file = checkpoint.file(id);
          String subject = names.getOrDefault(id, file.path().toString());
          if (isLookedFor(file)) {
            auditFile(file, use, subject);
          } else if (!file.deleted() && isNamed(file)) {
            refusePath(file, subject);
          }
        });
    auditExecutable();
    auditRoot();
    for (FdEntry fd : process.fds()) {
      auditDescriptor(fd);
    }
  }

  /** Terminals become the caller's, whatever they were called. */
  private boolean isLookedFor(FileFacts file) {
    boolean terminal =
        checkpoint.descriptions().stream()
            .anyMatch(d ->
                d.type() == FdType.TTY && d.file().isPresent() && d.file().getAsInt() == file.id());
    return !terminal && !(host.files().get(file.id()) instanceof FileLookup.NotLookedFor);
  }

  /** True for a file that something opens or maps by its path; pipes and their like have none. */
  private boolean isNamed(FileFacts file) {
    List<OpenFile> descriptions =
        checkpoint.descriptions().stream()
            .filter(d -> d.file().isPresent() && d.file().getAsInt() == file.id())
            .toList();
    return descriptions.isEmpty()
        || descriptions.stream().anyMatch(d -> KINDS.containsKey(d.type()));
  }

  private void refusePath(FileFacts file, String subject) {
    findings.refuse(
        "AU-FIL-14",
        Severity.HIGH,
        subject,
        "%s is no path as the kernel shows one".formatted(file.path()));
  }

  private Map<Integer, String> subjects() {
    Map<Integer, String> names = new HashMap<>();
    for (FdEntry fd : process.fds()) {
      OpenFile description = checkpoint.description(fd.description());
      description.file().ifPresent(file -> names.putIfAbsent(file, "fd " + fd.number()));
    }
    return names;
  }

  private void auditFile(FileFacts file, FileUse use, String subject) {
    if (!isPlain(file.path())) {
      refusePath(file, subject);
      return;
    }
    switch (host.files().get(file.id())) {
      case FileLookup.Missing missing -> {
        if (file.content().isEmpty()) {
          findings.refuse(
              "AU-FIL-01",
              Severity.HIGH,
              subject,
              "%s cannot be opened: %s".formatted(file.path(), missing.reason().getMessage()));
        } else {
          findings.adjust(
              "AU-FIL-07",
              subject,
              "%s is gone; its recorded content comes back as a memory file"
                  .formatted(file.path()));
        }
      }
      case FileLookup.Found found -> {
        found
            .movedTo()
            .ifPresent(path ->
                findings.adjust(
                    "AU-FIL-17",
                    subject,
                    "%s has no path any more; its handle leads to %s"
                        .formatted(file.path(), path)));
        compare(file, use, subject, found.file());
      }
      case FileLookup.Changed ignored ->
          findings.adjust(
              "AU-FIL-07",
              subject,
              "%s has changed; its recorded content comes back as a memory file"
                  .formatted(file.path()));
      case FileLookup.NotLookedFor ignored -> {}
    }
  }

  private void compare(FileFacts file, FileUse use, String subject, OpenedFile here) {
    String kernels = KERNEL_FILESYSTEMS.get(here.filesystem().type());
    if (kernels != null) {
      findings.refuse(
          "AU-FIL-13",
          Severity.CRITICAL,
          subject,
          "%s is a file of %s, not of a disk".formatted(file.path(), kernels));
      return;
    }
    if (file.status().isEmpty() || file.inode().isEmpty()) {
      findings.refuse(
          "AU-FIL-02", Severity.HIGH, subject, "the image has no evidence of " + file.path());
      return;
    }
    FileFacts.Status was = file.status().get();
    FileStatus now = here.status();
    if ((was.mode() & 0170000) != now.type() || was.rdev() != now.rdev()) {
      findings.refuse(
          "AU-FIL-03", Severity.HIGH, subject, "%s is another kind of file".formatted(file.path()));
      return;
    }
    if (use == FileUse.IDENTITY && now.isCharacterDevice()) {
      return;
    }
    if (!sameFile(file, here)) {
      findings.refuse(
          "AU-FIL-04",
          Severity.HIGH,
          subject,
          "%s was replaced: it is another file now".formatted(file.path()),
          Map.of("inode", "" + file.inode().get().number(), "inode here", "" + now.inode()));
      return;
    }
    compareContent(file, use, subject, was, now);
  }

  /** Absolute, and without empty components, dots, or bytes that end a name. */
  private static boolean isPlain(Bytes path) {
    String text = new String(path.toArray(), java.nio.charset.StandardCharsets.ISO_8859_1);
    if (text.equals("/")) {
      return true;
    }
    if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
      return false;
    }
    for (String component : text.substring(1).split("/", -1)) {
      if (component.isEmpty() || component.equals(".") || component.equals("..")) {
        return false;
      }
    }
    return true;
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
        file.status().get().btimeNanos().isEmpty()
            || here.status().btimeNanos().isEmpty()
            || file.status().get().btimeNanos().equals(here.status().btimeNanos());
    return sameFilesystem && sameInode && sameHandle && sameBirth;
  }

  private void compareContent(
      FileFacts file, FileUse use, String subject, FileFacts.Status was, FileStatus now) {
    switch (use) {
      case IDENTITY -> {}
      case APPENDED -> {
        if (now.length() < was.length()) {
          findings.refuse(
              "AU-FIL-05",
              Severity.HIGH,
              subject,
              "%s was cut to %d bytes; it had %d"
                  .formatted(file.path(), now.length(), was.length()));
        } else if (now.length() > was.length()) {
          findings.adjust(
              "AU-FIL-05",
              subject,
              "%s has grown from %d to %d bytes"
                  .formatted(file.path(), was.length(), now.length()));
        }
      }
      case EXACT -> {
        boolean changed =
            was.length() != now.length()
                || was.mtimeNanos() != now.mtimeNanos()
                || was.ctimeNanos() != now.ctimeNanos();
        if (changed && !provenByDigest(file)) {
          drifted(file, subject, was, now);
        }
      }
    }
  }

  /** A policy may let a file be another one than it was; then the program is told nothing. */
  private void drifted(FileFacts file, String subject, FileFacts.Status was, FileStatus now) {
    String text = "%s was changed since the dump".formatted(file.path());
    if (options.policy().files().drift() != Policy.Answer.REFUSE) {
      findings.warn("AU-FIL-06", Severity.MEDIUM, subject, text);
      return;
    }
    findings.refuse(
        "AU-FIL-06",
        Severity.HIGH,
        subject,
        text,
        Map.of(
            "bytes", "" + was.length(),
            "bytes here", "" + now.length(),
            "mtime", "" + was.mtimeNanos(),
            "mtime here", "" + now.mtimeNanos()));
  }

  /** Files that are only mapped are proven byte by byte: a new link or owner does not matter. */
  private boolean provenByDigest(FileFacts file) {
    boolean opened =
        checkpoint.descriptions().stream()
            .anyMatch(d -> d.file().isPresent() && d.file().getAsInt() == file.id());
    boolean mapped = false;
    for (int i = 0; i < process.vmas().size(); i++) {
      var vma = process.vmas().get(i);
      if (vma.file().isPresent() && vma.file().getAsInt() == file.id()) {
        mapped = true;
        if (!host.provesRange(process, i)) {
          return false;
        }
      }
    }
    return mapped && !opened;
  }

  private void auditExecutable() {
    if (process.exe().isEmpty()) {
      findings.refuse("AU-FIL-08", Severity.HIGH, "exe", "the image does not say what it ran");
      return;
    }
    FileFacts exe = checkpoint.file(process.exe().getAsInt());
    findings.grants("file", "run " + exe.path());
    if (host.opened(exe.id()).filter(here -> !here.executable()).isPresent()) {
      findings.refuse(
          "AU-FIL-15",
          Severity.HIGH,
          "exe",
          "the program's own user may not execute " + exe.path());
    }
    boolean privileged = exe.status().isPresent() && (exe.status().get().mode() & 06000) != 0;
    if (exe.deleted()) {
      findings.refuse("AU-FIL-08", Severity.HIGH, "exe", exe.path() + " was deleted");
    } else if (privileged) {
      findings.refuse("AU-FIL-09", Severity.CRITICAL, "exe", exe.path() + " is setuid or setgid");
    }
  }

  private void auditRoot() {
    boolean usual =
        process.root().isPresent()
            && checkpoint.file(process.root().getAsInt()).path().equals(Bytes.utf8("/"));
    if (!usual) {
      findings.refuse(
          "AU-FIL-10", Severity.HIGH, "root", "has another root directory, which is not restored");
    }
    process
        .cwd()
        .ifPresent(cwd -> findings.grants("file", "work in " + checkpoint.file(cwd).path()));
    boolean deleted =
        process.cwd().isEmpty() || checkpoint.file(process.cwd().getAsInt()).deleted();
    boolean file =
        !deleted
            && host.opened(process.cwd().getAsInt())
                .filter(here -> here.status().type() != KINDS.get(FdType.DIRECTORY))
                .isPresent();
    if (deleted || file) {
      findings.refuse(
          "AU-FIL-11",
          Severity.MEDIUM,
          "cwd",
          "the working directory is " + (deleted ? "gone" : "no directory"));
    }
  }

  private void auditDescriptor(FdEntry fd) {
    String subject = "fd " + fd.number();
    OpenFile description = checkpoint.description(fd.description());
    descriptors.run(fd, description);
    String path =
        description.file().isPresent()
            ? checkpoint.file(description.file().getAsInt()).path().toString()
            : description.type().toString();
    OptionalInt callerFd = inherited.callerFd(fd.description());
    if (callerFd.isPresent()) {
      findings.adjust("AU-FD-01", subject, "becomes the caller's fd " + callerFd.getAsInt());
      return;
    }
    auditKind(description, subject, path);
    switch (description.type()) {
      case REGULAR, DIRECTORY -> {
        auditAccess(description, subject, path);
        findings.grants(
            "file", "fd %d: open %s %s".formatted(fd.number(), path, mode(description)));
      }
      case PIPE -> pipes.run(description, subject, path);
      case FIFO -> {
        auditAccess(description, subject, path);
        if ((description.flags() & FileCalls.O_PATH) == 0) {
          pipes.run(description, subject, path);
        }
      }
      case CHARACTER -> auditDevice(description, subject, path);
      case TTY -> auditTerminal(description, subject, path);
      case EVENTFD, EPOLL, SIGNALFD, TIMERFD -> events.run(fd, description);
      default ->
          findings.refuse(
              "AU-FD-02",
              Severity.HIGH,
              subject,
              "%s (%s) is not supported by this version"
                  .formatted(path, description.type().name().toLowerCase(java.util.Locale.ROOT)));
    }
  }

  /** A device that is called a file would pass for one. */
  private void auditKind(OpenFile description, String subject, String path) {
    Integer kind = KINDS.get(description.type());
    boolean other =
        kind != null
            && description.file().isPresent()
            && host.opened(description.file().getAsInt())
                .filter(here -> here.status().type() != kind)
                .isPresent();
    if (other) {
      findings.refuse(
          "AU-FD-14",
          Severity.CRITICAL,
          subject,
          "%s is not what the descriptor is said to be, %s"
              .formatted(path, description.type().name().toLowerCase(java.util.Locale.ROOT)));
    }
  }

  /** Evidence gives no right: what the program may not open now, it does not get back. */
  private void auditAccess(OpenFile description, String subject, String path) {
    var here = host.opened(description.file().orElseThrow());
    if (here.isEmpty() || (description.flags() & FileCalls.O_PATH) != 0) {
      return;
    }
    int access = description.flags() & FileCalls.O_ACCMODE;
    boolean reads = access != FileCalls.O_WRONLY;
    boolean writes = access != FileCalls.O_RDONLY;
    auditRoots(description, subject, writes);
    if (reads && !here.get().readable() || writes && !here.get().writable()) {
      findings.refuse(
          "AU-FIL-12",
          Severity.HIGH,
          subject,
          "the program's own user may not open %s %s".formatted(path, mode(description)));
    }
  }

  private void auditRoots(OpenFile description, String subject, boolean writes) {
    Bytes path = checkpoint.file(description.file().orElseThrow()).path();
    Policy.Files policy = options.policy().files();
    if (!Roots.contain(writes ? policy.write() : policy.read(), path)) {
      findings.refuse(
          "AU-FIL-16",
          Severity.HIGH,
          subject,
          "the policy does not let %s be %s".formatted(path, writes ? "written" : "read"));
    }
  }

  private void auditDevice(OpenFile description, String subject, String path) {
    boolean harmless =
        description.file().isPresent()
            && HARMLESS_DEVICES.contains(checkpoint.file(description.file().getAsInt()).path());
    if (harmless) {
      findings.grants("file", "%s: open %s".formatted(subject, path));
    } else {
      findings.refuse("AU-FD-03", Severity.HIGH, subject, "device " + path + " is not restored");
    }
  }

  private void auditTerminal(OpenFile description, String subject, String path) {
    if (description.state().isPresent()) {
      findings.refuse(
          "AU-FD-02", Severity.HIGH, subject, path + " is the master of a pseudo terminal");
      return;
    }
    if (OwnTerminal.isNeeded(Tree.of(checkpoint).root())) {
      auditOwnTerminal(subject, path);
      return;
    }
    if (host.caller().terminal().isPresent()) {
      findings.adjust("AU-FD-04", subject, path + " becomes the caller's terminal");
    } else {
      findings.refuse(
          "AU-FD-04",
          Severity.MEDIUM,
          subject,
          "was a terminal (%s) and you have none: map it with --inherit".formatted(path));
    }
  }

  private void auditOwnTerminal(String subject, String path) {
    if (options.detach()) {
      findings.refuse(
          "AU-FD-06",
          Severity.MEDIUM,
          subject,
          "%s is the terminal of this session leader: somebody must stay behind it"
              .formatted(path));
    } else {
      findings.adjust(
          "AU-FD-06",
          subject,
          path + " becomes a pseudo terminal, and ckimg stands between it and you");
    }
  }

  private static String mode(OpenFile description) {
    String access =
        switch (description.flags() & FileCalls.O_ACCMODE) {
          case FileCalls.O_RDONLY -> "read-only";
          case FileCalls.O_WRONLY -> "write-only";
          default -> "read-write";
        };
    return description.position().isPresent()
        ? access + " at " + description.position().getAsLong()
        : access;
  }
}

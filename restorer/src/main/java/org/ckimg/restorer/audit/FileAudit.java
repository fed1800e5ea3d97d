package org.ckimg.restorer.audit;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;

/** What a process runs, where it works, and what it has open: may it have that again? */
final class FileAudit {
  /** What a file must be, by the type of the descriptions that are on it: S_IFMT of stat(2). */
  private static final Map<FdType, Integer> KINDS =
      Map.of(
          FdType.REGULAR, 0100000,
          FdType.DIRECTORY, 0040000,
          FdType.FIFO, 0010000,
          FdType.CHARACTER, 0020000);

  /** Devices that do no harm, by path: major << 32 | minor. */
  private static final Map<Bytes, Long> HARMLESS_DEVICES =
      Map.of(
          Bytes.utf8("/dev/null"), 1L << 32 | 3,
          Bytes.utf8("/dev/zero"), 1L << 32 | 5,
          Bytes.utf8("/dev/full"), 1L << 32 | 7,
          Bytes.utf8("/dev/random"), 1L << 32 | 8,
          Bytes.utf8("/dev/urandom"), 1L << 32 | 9);

  private final Relations relations;
  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final HostFacts host;
  private final RestoreOptions options;
  private final Findings findings;
  private final EventAudit events;
  private final DescriptorAudit descriptors;
  private final PipeAudit pipes;
  private final SocketAudit sockets;

  FileAudit(
      Relations relations,
      ProcessState process,
      HostFacts host,
      RestoreOptions options,
      Findings findings) {
    this.relations = relations;
    this.checkpoint = relations.checkpoint();
    this.process = process;
    this.host = host;
    this.options = options;
    this.findings = findings;
    this.events = new EventAudit(relations, host, options.policy(), findings);
    this.descriptors = new DescriptorAudit(relations, host, findings);
    this.pipes = new PipeAudit(relations, host, findings);
    this.sockets = new SocketAudit(relations, process, host, options, findings);
  }

  void run() {
    auditExecutable();
    auditPlaces();
    process
        .sharedWith()
        .files()
        .ifPresent(pid -> findings.grants("file", "all that process %d has open".formatted(pid)));
    for (FdEntry fd : process.fds()) {
      auditDescriptor(fd);
    }
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
    int regular = KINDS.get(FdType.REGULAR);
    if (exe.type().orElse(regular) != regular) {
      findings.refuse("AU-FIL-08", Severity.HIGH, "exe", exe.path() + " was no regular file");
    }
    boolean privileged = (exe.mode().orElse(0) & 06000) != 0;
    if (exe.deleted() && exe.content().isEmpty()) {
      findings.refuse("AU-FIL-08", Severity.HIGH, "exe", exe.path() + " was deleted");
    } else if (exe.deleted() && !mayNameExecutable()) {
      findings.refuse(
          "AU-FIL-08",
          Severity.MEDIUM,
          "exe",
          exe.path()
              + " was deleted: running its copy needs CAP_CHECKPOINT_RESTORE or --pid namespace");
    } else if (privileged) {
      findings.refuse("AU-FIL-09", Severity.CRITICAL, "exe", exe.path() + " is setuid or setgid");
    }
  }

  /** Where only execve(2) names an executable, it must be there before anything is made. */
  private boolean mayNameExecutable() {
    return host.caller().mayChoosePid()
        || PidChoice.of(checkpoint, host, options) instanceof PidChoice.Namespaced;
  }

  private void auditPlaces() {
    auditPlace(process.cwd(), process.root());
    process.places().forEach(place -> auditPlace(place.cwd(), place.root()));
  }

  private void auditPlace(OptionalInt cwd, OptionalInt root) {
    boolean usual =
        root.isPresent() && checkpoint.file(root.getAsInt()).path().equals(Bytes.utf8("/"));
    if (!usual) {
      findings.refuse(
          "AU-FIL-10", Severity.HIGH, "root", "has another root directory, which is not restored");
    }
    cwd.ifPresent(id -> findings.grants("file", "work in " + checkpoint.file(id).path()));
    boolean deleted = cwd.isEmpty() || checkpoint.file(cwd.getAsInt()).deleted();
    boolean file =
        !deleted
            && host.opened(cwd.getAsInt())
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
    String subject = fd.name();
    OpenFile description = checkpoint.description(fd.description());
    descriptors.run(fd, description);
    String path =
        description.file().isPresent()
            ? checkpoint.file(description.file().getAsInt()).path().toString()
            : description.type().toString();
    OptionalInt callerFd = relations.inherited().callerFd(fd.description());
    if (callerFd.isPresent()) {
      findings.adjust("AU-FD-01", subject, "becomes the caller's fd " + callerFd.getAsInt());
      return;
    }
    auditKind(description, subject, path);
    switch (description.type()) {
      case REGULAR, DIRECTORY -> {
        auditAccess(description, subject, path);
        findings.grants("file", "%s: open %s %s".formatted(fd.name(), path, mode(description)));
      }
      case MEMFD ->
          findings.grants("file", "%s: open %s %s".formatted(fd.name(), path, mode(description)));
      case PIPE -> pipes.run(description, subject, path);
      case FIFO -> {
        auditAccess(description, subject, path);
        if ((description.flags() & FileCalls.O_PATH) == 0) {
          pipes.run(description, subject, path);
        }
      }
      case CHARACTER -> auditDevice(description, subject, path);
      case TTY -> auditTerminal(description, subject, path);
      case UNIX, INET -> sockets.run(fd, description);
      case EVENTFD, EPOLL, SIGNALFD, TIMERFD, INOTIFY, PIDFD -> events.run(fd, description);
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
    if (relations.procFiles().path(description.file().getAsInt()).isPresent()) {
      auditRoots(description, subject, true, false);
      return;
    }
    if (here.isEmpty() || (description.flags() & FileCalls.O_PATH) != 0) {
      return;
    }
    int access = description.flags() & FileCalls.O_ACCMODE;
    boolean reads = access != FileCalls.O_WRONLY;
    boolean writes = access != FileCalls.O_RDONLY;
    auditRoots(description, subject, reads, writes);
    boolean running = writes && description.file().equals(process.exe());
    if (reads && !here.get().readable() || writes && !here.get().writable() || running) {
      findings.refuse(
          "AU-FIL-12",
          Severity.HIGH,
          subject,
          "the program's own user may not open %s %s".formatted(path, mode(description)));
    }
  }

  private void auditRoots(OpenFile description, String subject, boolean reads, boolean writes) {
    int file = description.file().orElseThrow();
    Bytes path = host.pathHere(checkpoint.file(file));
    Policy.Files policy = options.policy().files();
    if (reads && !Roots.contain(policy.read(), path)) {
      refuseRoot(subject, path, "read");
    }
    if (writes && !Roots.contain(policy.write(), path)) {
      refuseRoot(subject, path, "written");
    }
    boolean appends = (description.flags() & FileCalls.O_APPEND) != 0;
    if (writes && !appends && Roots.contain(policy.appendOnly(), path)) {
      findings.refuse(
          "AU-FIL-19",
          Severity.HIGH,
          subject,
          "the policy lets %s only be added to, and it is open for writing anywhere"
              .formatted(path));
    }
  }

  private void refuseRoot(String subject, Bytes path, String what) {
    findings.refuse(
        "AU-FIL-16",
        Severity.HIGH,
        subject,
        "the policy does not let %s be %s".formatted(path, what));
  }

  private void auditDevice(OpenFile description, String subject, String path) {
    boolean harmless = description.file().isPresent() && isHarmless(description.file().getAsInt());
    if (harmless) {
      findings.grants("file", "%s: open %s".formatted(subject, path));
    } else {
      findings.refuse("AU-FD-03", Severity.HIGH, subject, "device " + path + " is not restored");
    }
  }

  /** What is here has the recorded number, AU-FIL-03; not every image has one. */
  private boolean isHarmless(int file) {
    FileFacts device = checkpoint.file(file);
    Long number = HARMLESS_DEVICES.get(device.path());
    OptionalLong recorded = device.status().rdev();
    return number != null
        && host.opened(file)
            .filter(here -> recorded.orElse(here.status().rdev()) == number)
            .isPresent();
  }

  private void auditTerminal(OpenFile description, String subject, String path) {
    if (description.state().isPresent() || relations.ptys().of(description.id()).isPresent()) {
      findings.grants(
          "file", "%s: %s, of a pseudo terminal inside the program".formatted(subject, path));
      return;
    }
    if (OwnTerminal.isNeeded(relations.tree().root(), relations.ptys())) {
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

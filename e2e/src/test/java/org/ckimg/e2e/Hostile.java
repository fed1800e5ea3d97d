package org.ckimg.e2e;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.ImageSource;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.apply.Applier;
import org.ckimg.restorer.gather.Gatherer;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.Planner;
import org.ckimg.restorer.plan.Step;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.testkit.attack.Attack;
import org.ckimg.testkit.attack.Attacks;
import org.ckimg.testkit.attack.Subject;

/** The image of a program, which lies are told in. */
final class Hostile implements AutoCloseable {
  /** The files below, which one test at a time may use. */
  static final String FILES = "files of every.c";

  /** What the program opens, and a path of the same length. */
  static final Path DATA = Path.of(Subject.DATA_FILE);

  static final Path OTHER = Path.of(Subject.OTHER_FILE);

  /** What it listens on. */
  static final Path SOCKET = Path.of(Subject.SOCKET_FILE);

  static final RestoreOptions OPTIONS = options(PidMode.AUTO);

  private final Subject subject;
  private final Dumped program;
  private final Path image;
  private final byte[] sound;

  private Hostile(Subject subject, Dumped program) throws Exception {
    this.subject = subject;
    this.program = program;
    this.sound = Files.readAllBytes(program.image());
    this.image = Stage.folder("hostile").resolve("v.ckimg");
    Files.createFile(image);
    Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-------"));
  }

  private static RestoreOptions options(PidMode pid) {
    return new RestoreOptions(
        pid,
        Set.of(),
        false,
        false,
        Optional.empty(),
        ImageSource.UNKNOWN,
        new Trusted(false, Set.of()),
        Profile.DEFAULT.policy());
  }

  /** Dumps and ends the program. */
  static Hostile dump(Subject subject) throws Exception {
    if (subject == Subject.EVERY) {
      Files.writeString(DATA, "what the program reads\n");
      Files.writeString(OTHER, "what it must not read\n");
    }
    Victim victim = Victim.program(Account.SELF, subject.program(), subject.mode());
    return new Hostile(subject, Dumped.of(victim, victim.dumpAndKill(), subject.program()));
  }

  Dumped program() {
    return program;
  }

  Victim victim() {
    return program.victim();
  }

  Subject subject() {
    return subject;
  }

  /** The image without a lie. */
  Path honest() {
    return program.image();
  }

  byte[] sound() {
    return sound;
  }

  List<Attack> attacks() {
    return Attacks.of(subject);
  }

  /** An image with these bytes; the next one takes its place. */
  Path write(byte[] bytes) throws IOException {
    return Files.write(image, bytes);
  }

  /**
   * A program that was brought back unseen; a child of this virtual machine.
   *
   * @param pid here
   */
  record Believed(int pid) implements AutoCloseable {
    /** A file of its folder in /proc. */
    Path proc(String file) {
      return Path.of("/proc/" + pid + "/" + file);
    }

    /** True until it has ended. */
    boolean isAlive() {
      return Task.ofRecent(pid).isAlive();
    }

    @Override
    public void close() throws IOException {
      ProcessCalls.kill(pid, 9);
      ProcessCalls.wait(pid, ProcessCalls.WALL);
    }
  }

  /** Lets the program run, whatever it is. */
  static class Believer implements RestoreWatcher {
    @Override
    public void written(long bytes) throws IOException {}

    @Override
    public void mapped(long bytes) throws IOException {}

    @Override
    public void beforeRun(int pid, int group, List<String> notes) throws IOException {}
  }

  /** What the restorer does, without what its audit says. */
  static Believed restoreUnaudited(Path image, RestoreWatcher watcher) throws Exception {
    return restoreUnaudited(image, watcher, OPTIONS, (checkpoint, seen) -> seen);
  }

  /** The same, in a pid namespace. */
  static Believed restoreNamespaced(Path image, RestoreWatcher watcher) throws Exception {
    RestoreOptions options = options(PidMode.NAMESPACE);
    return restoreUnaudited(image, watcher, options, (checkpoint, seen) -> seen);
  }

  /** What a restorer sees that looks at the host in another way than ours. */
  interface View {
    HostFacts of(Checkpoint checkpoint, HostFacts seen) throws Exception;
  }

  /** What would be done. */
  static List<Step> planned(Path image, RestoreOptions options, View view) throws Exception {
    try (FileChannel file = FileChannel.open(image);
        ImageReader reader = ImageReader.open(file);
        Gatherer gatherer = new Gatherer()) {
      Checkpoint checkpoint = reader.checkpoint();
      HostFacts host = view.of(checkpoint, gatherer.gather(checkpoint, options));
      return Planner.plan(checkpoint, host, options).steps();
    }
  }

  static Believed restoreUnaudited(
      Path image, RestoreWatcher watcher, RestoreOptions options, View view) throws Exception {
    try (FileChannel file = FileChannel.open(image);
        ImageReader reader = ImageReader.open(file);
        Tracer tracer = new Tracer();
        Gatherer gatherer = new Gatherer()) {
      Checkpoint checkpoint = reader.checkpoint();
      HostFacts host = view.of(checkpoint, gatherer.gather(checkpoint, options));
      return new Believed(
          tracer
              .call(() ->
                  Applier.apply(checkpoint, host, Planner.plan(checkpoint, host, options), watcher))
              .pid());
    }
  }

  @Override
  public void close() throws IOException {
    if (subject == Subject.EVERY) {
      Files.deleteIfExists(DATA);
      Files.deleteIfExists(OTHER);
      deleteSockets();
    }
    program.close();
  }

  /** A tool that a test has killed leaves what it had moved aside. */
  private static void deleteSockets() throws IOException {
    String name = SOCKET.getFileName().toString();
    try (var all = Files.newDirectoryStream(SOCKET.getParent(), name + "*")) {
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that is dumped. It is a child of a shell, not of this process: the thread that waits
 * for a child of {@link ProcessBuilder} would be told about the stops of a tracer. The shell reaps
 * it and writes its status down. Its standard input is a file or {@code /dev/null}, its output and
 * its errors are the files {@code out} and {@code err} of its folder.
 */
final class Victim implements AutoCloseable {
  private static final String LAUNCHER =
      """
      input=$1; folder=$2; shift 2
      setsid "$@" <"$input" >"$folder/out" 2>"$folder/err" &
      echo $! >"$folder/pid.part"; mv "$folder/pid.part" "$folder/pid"
      wait $!
      echo $? >"$folder/status.part"; mv "$folder/status.part" "$folder/status"
      """;

  private final Account account;
  private final Path folder;
  private final Process launcher;
  private final Task task;

  private Victim(Account account, Path folder, Process launcher, Task task) {
    this.account = account;
    this.folder = folder;
    this.launcher = launcher;
    this.task = task;
  }

  /** Starts a victim of {@code src/test/c} and waits until it is ready. */
  static Victim program(Account account, String name, String mode) throws Exception {
    return program(account, List.of(), name, mode);
  }

  /** The same, by a program such as unshare(1). */
  static Victim program(Account account, List<String> wrapper, String name, String mode)
      throws Exception {
    Path folder = Stage.folder(name + "-" + mode);
    return ready(account, wrapper, folder, Stage.program(name), mode);
  }

  /** The same, of a copy of its executable in its folder. */
  static Victim copied(Account account, String name, String mode) throws Exception {
    Path folder = Stage.folder(name + "-" + mode);
    Path copy = folder.resolve(name);
    // By another process: what this one has open to write may be a child's for a moment (ETXTBSY).
    Command.output("cp", Stage.program(name).toString(), copy.toString());
    return ready(account, List.of(), folder, copy, mode);
  }

  private static Victim ready(
      Account account, List<String> wrapper, Path folder, Path program, String mode)
      throws Exception {
    account.assumeUsable();
    List<String> command =
        List.of(
            program.toString(),
            folder.toString(),
            mode,
            account.keepsIds() ? "same-ids" : "any-ids");
    Victim victim = command(account, wrapper, folder, Path.of("/dev/null"), command);
    victim.awaitReady();
    return victim;
  }

  /** Starts any program. */
  static Victim command(
      Account account, List<String> wrapper, Path folder, Path input, List<String> command)
      throws Exception {
    account.assumeUsable();
    List<String> line = new ArrayList<>(wrapper);
    line.addAll(account.prefix());
    line.addAll(List.of("sh", "-c", LAUNCHER, "launcher", input.toString(), folder.toString()));
    line.addAll(command);
    Process launcher =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(folder.resolve("launcher-err").toFile())
            .start();
    Path pid = folder.resolve("pid");
    Await.until(() -> "the start of " + command, () -> Files.exists(pid));
    Task task = Task.ofRecent(Integer.parseInt(Files.readString(pid).strip()));
    return new Victim(account, folder, launcher, task);
  }

  private void awaitReady() throws Exception {
    Await.until(
        () -> "ready: " + report(),
        () -> output().contains("ready\n") || Files.exists(folder.resolve("status")));
    if (output().startsWith("SKIP")) {
      abort(output().strip());
    }
    if (!output().contains("ready\n")) {
      throw new AssertionError("the victim did not get ready: " + report());
    }
    // From "ready" to the call that it waits in.
    Thread.sleep(20);
  }

  Account account() {
    return account;
  }

  Task task() {
    return task;
  }

  int pid() {
    return task.pid();
  }

  Path folder() {
    return folder;
  }

  String output() throws IOException {
    Path out = folder.resolve("out");
    // The shell makes it a moment after it has said which pid the program has.
    return Files.exists(out) ? Files.readString(out, StandardCharsets.ISO_8859_1) : "";
  }

  /** Lets it check itself. */
  void go() throws IOException {
    Path go = folder.resolve("go");
    Files.createFile(go);
    Files.setPosixFilePermissions(go, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  /** Waits for its end: the exit status, or 128 + signal. */
  int awaitStatus() throws Exception {
    Path status = folder.resolve("status");
    Await.until(() -> "the end of pid " + pid() + ": " + report(), () -> Files.exists(status));
    return Integer.parseInt(Files.readString(status).strip());
  }

  /** Dumps it into a new folder; the image. */
  Path dump(String... options) throws Exception {
    Path image = Stage.folder("image").resolve("v.ckimg");
    dumpTo(task, image, options);
    return image;
  }

  /** Dumps a process that once was this one. */
  void dumpTo(Task now, Path image, String... options) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("dump", now.pid(), "-o", image));
    arguments.addAll(List.of(options));
    Tool.run(account, arguments.toArray()).assertExit(0);
  }

  /** Dumps and ends it; the image. */
  Path dumpAndKill() throws Exception {
    Path image = dump("--kill");
    assertEquals(128 + 9, awaitStatus(), "status after --kill");
    return image;
  }

  /** What a failure needs to be understood. */
  String report() {
    try {
      return "state %s, out: %s, err: %s"
          .formatted(
              task.state(),
              output().strip(),
              Files.readString(folder.resolve("err"), StandardCharsets.ISO_8859_1).strip());
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The last line that it said must be PASS, and nothing else was said. */
  void assertPassed() throws IOException {
    assertEquals("ready\nPASS\n", output(), this::report);
  }

  @Override
  public void close() {
    task.killTree();
    Await.end(launcher);
  }
}

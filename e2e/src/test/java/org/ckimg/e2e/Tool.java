package org.ckimg.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A ckimg command that runs, as a process of its own. */
final class Tool implements AutoCloseable {
  private final Process process;
  private final Path folder;

  private Tool(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /** Starts {@code ckimg} with these arguments. */
  static Tool start(Account account, Object... arguments) throws IOException {
    return start(account, List.of(), arguments);
  }

  /** The same, by a program such as unshare(1). */
  static Tool start(Account account, List<String> wrapper, Object... arguments) throws IOException {
    Path folder = Stage.folder("tool");
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(account.prefix());
    command.addAll(command());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    return new Tool(process, folder);
  }

  /** What stands in front of the arguments. */
  static List<String> command() {
    String jar = Stage.jar().toString();
    return List.of(
        Requirements.java().toString(),
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-XX:+DisplayVMOutputToStderr",
        // Short lives: the second compiler would only cost.
        "-XX:TieredStopAtLevel=1",
        "-XX:AOTCache=" + Stage.aotCache(),
        "-Xlog:aot*=off",
        "-jar",
        jar);
  }

  /** Runs {@code ckimg} to its end. */
  static Outcome run(Account account, Object... arguments) throws Exception {
    return run(account, List.of(), arguments);
  }

  static Outcome run(Account account, List<String> wrapper, Object... arguments) throws Exception {
    try (Tool tool = start(account, wrapper, arguments)) {
      return tool.await();
    }
  }

  int pid() {
    return (int) process.pid();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** What it has printed until now. */
  String out() throws IOException {
    return Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
  }

  /** What it has said until now. */
  String err() throws IOException {
    return Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
  }

  /** Lets everybody write the files that output and messages go to. */
  void shareOutput() throws IOException {
    for (String name : List.of("out", "err")) {
      Files.setPosixFilePermissions(
          folder.resolve(name), PosixFilePermissions.fromString("rw-rw-rw-"));
    }
  }

  /** Standard output as it is. */
  Path outFile() {
    return folder.resolve("out");
  }

  Outcome await() throws Exception {
    if (!process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running: out: " + out() + "\nerr: " + err());
    }
    return new Outcome(process.exitValue(), text(folder.resolve("out")), err());
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  /** Ends it as SIGKILL does. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    Await.end(process);
  }
}

package org.ckimg.bench.whole;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The running program that is measured, {@code src/main/c/target.c}; it obeys files. */
final class Target implements AutoCloseable {
  private static final long LOOK_MILLIS = 2;
  private static final int PATIENCE = 60_000;

  private final Path folder;
  private final Process process;

  private Target(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /**
   * Starts it and waits until its memory is filled.
   *
   * @param program compiled
   * @param kind random, half or thp
   * @param manner sleep or spin
   */
  static Target start(Path program, Path parent, int mib, String kind, String manner)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(parent, "target-");
    List<String> command =
        List.of(program.toString(), folder.toString(), Integer.toString(mib), kind, manner);
    return of(folder, command, "ready");
  }

  /** Starts any program that makes the file {@code ready} in the folder. */
  static Target of(Path folder, List<String> command, String ready)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    Target target = new Target(folder, process);
    target.awaitFile(ready, true);
    return target;
  }

  long pid() {
    return process.pid();
  }

  /** Microseconds that a bare fork(2) of it takes, measured by itself. */
  double forkMicros() throws IOException, InterruptedException {
    return ask("fork");
  }

  /** The longest standstill in microseconds since this was asked last, measured by itself. */
  double gapMicros() throws IOException, InterruptedException {
    return ask("gap");
  }

  private double ask(String question) throws IOException, InterruptedException {
    Path answer = folder.resolve(question + ".us");
    Files.deleteIfExists(answer);
    obey(question);
    return Double.parseDouble(Files.readString(answer).strip());
  }

  /** Writes to one page in a hundred. */
  void change() throws IOException, InterruptedException {
    obey("change");
  }

  private void obey(String order) throws IOException, InterruptedException {
    Files.createFile(folder.resolve(order));
    awaitFile(order, false);
  }

  private void awaitFile(String name, boolean there) throws IOException, InterruptedException {
    for (int i = 0; i < PATIENCE; i++) {
      if (Files.exists(folder.resolve(name)) == there) {
        return;
      }
      if (!process.isAlive()) {
        throw new IOException("the target ended: " + Files.readString(folder.resolve("err")));
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw new IOException("the target does not answer");
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}

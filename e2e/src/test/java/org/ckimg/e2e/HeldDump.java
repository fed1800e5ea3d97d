package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dump that keeps its program stopped, because nobody reads what it writes. */
final class HeldDump implements AutoCloseable {
  private final Path fifo;
  private final Tool tool;

  private HeldDump(Path fifo, Tool tool) {
    this.fifo = fifo;
    this.tool = tool;
  }

  /** It has stopped a program that has more memory than a pipe takes. */
  static HeldDump of(Victim victim) throws Exception {
    return of(victim, "--stop");
  }

  /** The same, with options that keep it stopped. */
  static HeldDump of(Victim victim, String... options) throws Exception {
    Path fifo = Stage.folder("held").resolve("fifo");
    Command.output(Requirements.program("mkfifo").toString(), fifo.toString());
    // Open for both: that waits for nobody.
    List<String> wrapper = List.of("sh", "-c", "exec \"$@\" 3<>" + fifo + " >&3", "sh");
    List<Object> arguments = new ArrayList<>(List.of("dump", victim.pid(), "-o", "-"));
    arguments.addAll(List.of(options));
    Tool tool = Tool.start(Account.SELF, wrapper, arguments.toArray());
    Await.until(() -> "the stop", () -> victim.task().tracer() != 0 || !tool.isRunning());
    return new HeldDump(fifo, tool);
  }

  Tool tool() {
    return tool;
  }

  /** Reads what it writes to its end. */
  void letGo(Path image) throws Exception {
    assertTrue(tool.isRunning(), "nobody has read what it writes");
    Process reader =
        new ProcessBuilder("cat", fifo.toString()).redirectOutput(image.toFile()).start();
    try {
      tool.await().assertExit(0);
      Await.end(reader);
    } finally {
      reader.destroyForcibly();
    }
  }

  @Override
  public void close() {
    tool.close();
  }
}

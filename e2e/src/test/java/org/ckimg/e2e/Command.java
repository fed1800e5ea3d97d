package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Programs of others that run to their end. */
final class Command {
  /** A debugger reads all symbols of a virtual machine. */
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private Command() {}

  /** Output and errors of one that ends well. */
  static String output(String... command) throws IOException {
    return output(List.of(command), Path.of(""));
  }

  /**
   * The same.
   *
   * @param folder that it runs in
   */
  static String output(List<String> command, Path folder) throws IOException {
    // What it leaves running may hold a pipe open for ever, and no file.
    Path output = Files.createTempFile("command", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toAbsolutePath().toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      Await.end(process, LIMIT);
      String text = Files.readString(output, StandardCharsets.UTF_8);
      assertEquals(0, process.exitValue(), () -> String.join(" ", command) + ": " + text);
      return text;
    } finally {
      Files.delete(output);
    }
  }
}

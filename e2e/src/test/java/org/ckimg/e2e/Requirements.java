package org.ckimg.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that a test needs; one that is missing skips the test and is named. */
final class Requirements {
  private Requirements() {}

  /** Where the program is. */
  static Path program(String name) {
    Optional<Path> found =
        Stream.concat(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":")),
                Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin"))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), name + " is not installed");
    return found.get();
  }

  /**
   * The Python interpreter itself. The first python3 of a PATH may be a script that looks for one,
   * in a folder that an ordinary user cannot read.
   */
  static Path python() throws IOException {
    Path system = Path.of("/usr/bin/python3");
    if (Files.isExecutable(system)) {
      return system.toRealPath();
    }
    String found =
        Command.output(program("python3").toString(), "-c", "import sys; print(sys.executable)");
    assumeTrue(!found.isBlank(), "python3 does not run");
    return Path.of(found.strip()).toRealPath();
  }

  /** The virtual machine that runs the tests. */
  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * CRIU itself restores what {@code convert --to criu} wrote, where it is installed and runs on this
 * kernel (tried with 4.1.1); the program says whether it is what it was.
 */
class CriuToolTest {
  private static Path criu;

  @BeforeAll
  static void find() throws IOException {
    Account.assumeRoot();
    criu = Requirements.program("criu");
    try {
      Command.output(criu.toString(), "check");
    } catch (AssertionError e) {
      abort("criu does not run on this kernel: " + e.getMessage());
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      names = {
        "REGISTERS_SPINNING",
        "SIGNALS_OF_THREADS",
        "POSIX_TIMERS",
        "BLOCKED_CALLS",
        "DELETED_FILE",
        "FIFOS",
        "FOLDERS",
        "IDENTITY",
        "LOCKS",
        "MEMORY_FILES",
        "PIPES_OF_TREE",
        "MEMORY_FILES_OF_TREE"
      })
  void criuRestores(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      List<Task> children = victim.task().children();
      Path image = victim.dumpAndKill();
      Path images = image.resolveSibling("images");
      Tool.run(Account.SELF, "convert", "--to", "criu", image, images).assertExit(0);
      for (Task child : children) {
        Await.until(() -> "the number of " + child + " to be free", () -> !child.isThere());
      }
      restore(images);
      Task restored = Task.ofRecent(victim.pid());
      try {
        subject.go(victim, restored);
        Await.until(
            () -> "the end of " + restored + ": " + victim.report(), () -> !restored.isAlive());
        victim.assertPassed();
      } finally {
        restored.kill();
      }
    }
  }

  private static void restore(Path images) throws IOException {
    Path log = images.resolve("restore.log");
    try {
      Command.output(
          criu.toString(),
          "restore",
          "--restore-detached",
          "--file-locks",
          "--images-dir",
          images.toString(),
          "--log-file",
          log.toString(),
          "-v4");
    } catch (AssertionError e) {
      throw new AssertionError(Files.exists(log) ? Files.readString(log) : "no log", e);
    }
  }
}

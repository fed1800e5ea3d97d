package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that are saved again and again, with only what they wrote being read. */
@Timeout(180)
@Tag("quick")
class RunTest {
  private static final int SAVED = 7;

  private final Path images;
  private final Path folder;

  RunTest() throws Exception {
    images = Stage.folder("images");
    folder = Stage.folder("run");
  }

  @ParameterizedTest
  @EnumSource
  void everyImageIsTheProgramAtItsMoment(Account account) throws Exception {
    account.assumeUsable();
    saveSome(
        account, List.of(Stage.program("steps").toString(), folder.toString(), "any", "any-ids"));
    assertComesBack(account, "0");
    assertComesBack(account, "3");
    assertComesBack(account, Integer.toString(SAVED - 1));
    assertTrue(Files.size(image("6")) * 5 < Files.size(image("0")), "only what changed");
  }

  /** New memory: nothing is known of it, whatever was known of the old one. */
  @Test
  void aProgramThatExecutesAnotherIsSavedWhole() throws Exception {
    String script = "read line < " + folder + "/fifo; exec \"$@\"";
    Path fifo = folder.resolve("fifo");
    Command.output("mkfifo", fifo.toString());
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                Thread.sleep(1200);
                Files.writeString(fifo, "go on\n");
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    String program = Stage.program("steps").toString();
    saveSome(
        Account.SELF,
        List.of("sh", "-c", script, "sh", program, folder.toString(), "any", "any-ids"));
    writer.join();
    try (Stream<Path> all = Files.list(images)) {
      Path last = all.max((a, b) -> Integer.compare(number(a), number(b))).orElseThrow();
      assertComesBack(Account.SELF, Integer.toString(number(last)));
    }
  }

  private static int number(Path image) {
    return Integer.parseInt(image.getFileName().toString().replace(".ckimg", ""));
  }

  private Path image(String name) {
    return images.resolve(name + ".ckimg");
  }

  /** Lets it change memory while it is saved, and ends it. */
  private void saveSome(Account account, List<String> command) throws Exception {
    List<Object> arguments =
        Stream.concat(
                Stream.of("run", "--every", "300ms", "-o", images + "/%C.ckimg", "--"),
                command.stream().map(word -> (Object) word))
            .toList();
    try (Tool tool = Tool.start(account, arguments.toArray())) {
      // The program itself must be able to open what it writes to.
      tool.shareOutput();
      Await.until(() -> "ready", () -> tool.out().contains("ready\n") || !tool.isRunning());
      long before = saved(tool);
      for (long more = 1; more <= SAVED && tool.isRunning(); more++) {
        step(tool);
        long wanted = before + more;
        Await.until(() -> "an image", () -> saved(tool) >= wanted);
      }
      for (Task child : Task.of(tool.pid()).children()) {
        child.kill();
      }
      tool.await().assertExit(128 + 9);
      assertFalse(tool.err().contains("every page is read"), tool.err());
    }
  }

  private void step(Tool tool) throws Exception {
    Path step = Files.createFile(folder.resolve("step"));
    Await.until(() -> "a step", () -> Files.notExists(step) || !tool.isRunning());
  }

  private static long saved(Tool tool) throws Exception {
    return tool.err().lines().filter(line -> line.startsWith("ckimg run: saved ")).count();
  }

  private void assertComesBack(Account account, String name) throws Exception {
    Path go = folder.resolve("go");
    if (Files.notExists(go)) {
      Files.createFile(go);
    }
    try (Restored restored = Restored.inForeground(account, image(name))) {
      assertEquals(0, restored.awaitStatus(), () -> "image " + name);
    }
  }

  @Test
  void oldImagesGo() throws Exception {
    Outcome outcome =
        Tool.run(
            Account.SELF,
            "run",
            "--every",
            "100ms",
            "--keep",
            "3",
            "-o",
            images + "/%C",
            Requirements.program("perl"),
            "-e",
            "select undef, undef, undef, 0.05 until -e '" + images.resolve("6") + "'");
    outcome.assertExit(0);
    try (Stream<Path> all = Files.list(images)) {
      List<Path> left = all.sorted().toList();
      assertTrue(left.size() >= 3 && left.size() <= 5, left::toString);
      assertFalse(left.contains(images.resolve("0")), left::toString);
      Tool.run(Account.SELF, "check", left.getLast()).assertExit(0);
    }
  }

  @Test
  void theStatusIsTheProgramsOwn() throws Exception {
    Tool.run(Account.SELF, "run", "sh", "-c", "exit 42").assertExit(42);
    Tool.run(Account.SELF, "run", "--", "sh", "-c", "kill -TERM $$").assertExit(128 + 15);
    Tool.run(Account.SELF, "run", "no-such-program").assertExit(4);
    Tool.run(Account.SELF, "run", "--every", "soon", "true").assertExit(2);
  }

  /** Its images would refer to them, and be refused after an update. */
  @Test
  void aProgramHasNothingOfTheVirtualMachineOpen() throws Exception {
    List<String> handsOn = List.of("sh", "-c", "exec 9< /dev/null; exec \"$@\"", "sh");
    Outcome outcome = Tool.run(Account.SELF, handsOn, "run", "--", "ls", "/proc/self/fd");
    outcome.assertExit(0);
    // 3 is the folder that ls reads.
    assertEquals("0\n1\n2\n3\n9\n", outcome.out());
  }
}

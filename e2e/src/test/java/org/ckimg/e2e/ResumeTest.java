package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loop that survives kills and reboots: {@code ckimg run --resume}. */
@Timeout(180)
@Tag("quick")
class ResumeTest {
  /** Counts in a file until it is told to end. */
  private static final String COUNTER =
      """
      my ($folder, $status) = @ARGV;
      open my $out, '>>', "$folder/count" or die;
      $out->autoflush(1);
      for (my $i = 1; !-e "$folder/go"; $i++) {
        print $out "$i\\n";
        select undef, undef, undef, 0.02;
      }
      print $out "end\\n";
      exit $status;
      """;

  private final Path folder;
  private final Path images;
  private final Path script;

  ResumeTest() throws Exception {
    folder = Stage.folder("resume");
    images = Stage.folder("resume-images").resolve("made");
    script = Files.writeString(folder.resolve("counter.pl"), COUNTER);
  }

  private Tool start(Account account, List<String> wrapper, String status, String... options)
      throws Exception {
    List<Object> arguments =
        new ArrayList<>(List.of("run", "--resume", images, "--every", "200ms", "--keep", "2"));
    arguments.addAll(List.of(options));
    arguments.addAll(
        List.of("--", Requirements.program("perl"), "-MIO::Handle", script, folder, status));
    Tool tool = Tool.start(account, wrapper, arguments.toArray());
    // The program itself must be able to open what it writes to.
    tool.shareOutput();
    return tool;
  }

  private Tool start(String... options) throws Exception {
    return start(Account.SELF, List.of(), "0", options);
  }

  private static void awaitSaved(Tool tool, int count) throws Exception {
    Await.until(() -> "images", () -> saved(tool) >= count || !tool.isRunning());
    assertTrue(saved(tool) >= count, tool.err());
  }

  private static void awaitRestored(Tool tool) throws Exception {
    Await.until(() -> "restored", () -> tool.err().contains("restored: ") || !tool.isRunning());
  }

  private static long saved(Tool tool) throws Exception {
    return tool.err().lines().filter(line -> line.contains(": saved ")).count();
  }

  /** Ends the program as a crash does. */
  private static void crash(Tool tool) throws Exception {
    for (Task child : Task.of(tool.pid()).children()) {
      child.kill();
    }
    tool.await().assertExit(128 + 9);
  }

  private void makeImages(int count) throws Exception {
    try (Tool tool = start()) {
      awaitSaved(tool, count);
      crash(tool);
    }
  }

  private List<Path> images() throws Exception {
    try (Stream<Path> all = Files.list(images)) {
      return all.sorted((a, b) -> Long.compare(created(b), created(a))).toList();
    }
  }

  private static long created(Path image) {
    try {
      return Instant.parse(Json.inspect(image).at("/image/created").asText()).toEpochMilli();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<String> counted() throws Exception {
    return Files.readAllLines(folder.resolve("count"));
  }

  private Outcome finish(Tool tool) throws Exception {
    Files.createFile(folder.resolve("go"));
    return tool.await();
  }

  @ParameterizedTest
  @EnumSource
  void goesOnAgainAndAgain(Account account) throws Exception {
    account.assumeUsable();
    for (int crashes = 0; crashes < 3; crashes++) {
      try (Tool tool = start(account, List.of(), "0")) {
        awaitSaved(tool, 3);
        assertEquals(crashes > 0, tool.err().contains("ckimg run: goes on from "), tool.err());
        crash(tool);
      }
    }
    try (Tool tool = start(account, List.of(), "0")) {
      awaitRestored(tool);
      finish(tool).assertExit(0);
    }
    assertEquals(1, counted().stream().filter("1"::equals).count(), "it began once");
    assertEquals("end", counted().getLast());
    assertEquals(List.of(), images(), "images of a program that has ended");
  }

  @Test
  void aStatusThatIsNoSuccessKeepsTheImages() throws Exception {
    try (Tool tool = start(Account.SELF, List.of(), "3")) {
      awaitSaved(tool, 3);
      finish(tool).assertExit(3);
    }
    assertFalse(images().isEmpty());
  }

  @Test
  void aDamagedImageIsSkipped() throws Exception {
    makeImages(2);
    Path newest = images().getFirst();
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);
    Path older = images.resolve(images().get(1).getFileName());
    try (Tool tool = start()) {
      awaitRestored(tool);
      finish(tool)
          .assertExit(0)
          .assertSays("skipped .*" + newest.getFileName() + ": ")
          .assertSays("goes on from .*" + older.getFileName());
    }
  }

  @Test
  void imagesOfAnotherCommandAndUserAreSkipped() throws Exception {
    Account.assumeRoot();
    makeImages(1);
    Path image = images().getFirst();
    Files.setAttribute(image, "unix:uid", 65534);
    try (Tool tool = start(Account.SELF, List.of(), "7")) {
      awaitSaved(tool, 1);
      assertFalse(tool.err().contains("goes on"), tool.err());
      finish(tool).assertExit(7).assertSays("belongs to uid 65534");
    }
    Files.setAttribute(image, "unix:uid", 0);
    try (Tool tool = start(Account.SELF, List.of(), "8")) {
      tool.await().assertExit(8).assertSays(image.getFileName() + ": it is of another command");
    }
    assertTrue(Files.exists(image), "what is of another command is left alone");
  }

  @Test
  void oneAtATime() throws Exception {
    Task program;
    try (Tool tool = start()) {
      awaitSaved(tool, 1);
      try (Tool second = start()) {
        second.await().assertExit(4).assertSays("another 'ckimg run --resume' is at work");
      }
      program = Task.of(tool.pid()).children().getFirst();
      tool.kill();
    }
    try (Tool tool = start()) {
      tool.await().assertExit(4).assertSays("process " + program.pid() + ", of an earlier run");
    } finally {
      program.kill();
    }
  }

  @Test
  void onceIsOnce() throws Exception {
    Files.createFile(folder.resolve("go"));
    try (Tool tool = start("--once")) {
      tool.await().assertExit(0);
    }
    try (Tool tool = start("--once")) {
      tool.await().assertExit(0).assertSays("has ended with 0 before; delete ");
    }
    assertEquals(List.of("end"), counted());
    Tool.run(Account.SELF, "run", "--once", "true").assertExit(2);
  }

  /** The clocks of a machine that has just booted are behind those of the image. */
  @Test
  void afterAReboot() throws Exception {
    Account.assumeRoot();
    Requirements.program("unshare");
    long uptime =
        (long) Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
    assumeTrue(uptime > 300, "this machine has just booted itself");
    makeImages(1);
    String offset = Long.toString(60 - uptime);
    List<String> booted =
        List.of("unshare", "--time", "--monotonic", offset, "--boottime", offset, "--fork", "--");
    try (Tool tool = start(Account.SELF, booted, "0")) {
      awaitSaved(tool, 2);
      finish(tool).assertExit(0).assertSays("goes on from ");
    }
    assertEquals(1, counted().stream().filter("1"::equals).count(), "it began once");
  }
}

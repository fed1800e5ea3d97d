package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A program's own say, by the programs of {@code examples/}. */
@Timeout(180)
@Tag("quick")
class ControlTest {
  private static final Path EXAMPLES = Stage.checkout().resolve("examples");

  private final Path folder;
  private final Path image;

  ControlTest() throws Exception {
    folder = Stage.folder("control");
    image = folder.resolve("ask.ckimg");
  }

  private enum Example {
    C {
      @Override
      List<String> command(Path folder) {
        return List.of(Stage.compiled("ask", EXAMPLES.resolve("ask.c")).toString());
      }
    },
    PYTHON {
      @Override
      List<String> command(Path folder) throws Exception {
        Path script = Files.copy(EXAMPLES.resolve("ask.py"), folder.resolve("ask.py"));
        return List.of(Requirements.python().toString(), script.toString());
      }
    },
    SHELL {
      @Override
      List<String> command(Path folder) throws Exception {
        Path script = Files.copy(EXAMPLES.resolve("ask.sh"), folder.resolve("ask.sh"));
        return List.of("sh", script.toString());
      }
    };

    abstract List<String> command(Path folder) throws Exception;
  }

  static Stream<Arguments> examples() {
    return Stream.of(Example.values())
        .flatMap(example -> Stream.of(Account.values()).map(who -> Arguments.of(example, who)));
  }

  private Tool run(Account account, List<String> command, Object... options) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(List.of(options));
    arguments.add("--");
    arguments.addAll(command);
    Tool tool = Tool.start(account, arguments.toArray());
    // The program itself must be able to open what it writes to.
    tool.shareOutput();
    return tool;
  }

  private static void awaitLine(Tool tool, String regex) throws Exception {
    Pattern pattern = Pattern.compile("^" + regex + "$", Pattern.MULTILINE);
    Await.until(
        () -> "'" + regex + "' in " + report(tool),
        () -> pattern.matcher(tool.out()).find() || !tool.isRunning());
    assertTrue(pattern.matcher(tool.out()).find(), () -> report(tool));
  }

  private static String report(Tool tool) {
    try {
      return tool.out() + tool.err();
    } catch (Exception e) {
      return e.toString();
    }
  }

  /** All ten steps, and what the program was told in the middle. */
  private static void assertSteps(Tool tool, String told) throws Exception {
    List<String> expected =
        new ArrayList<>(IntStream.rangeClosed(1, 10).mapToObj(i -> "step " + i).toList());
    expected.add(5, told);
    // What it had printed before it was killed may have been longer.
    assertEquals(expected, tool.out().lines().limit(expected.size()).toList());
  }

  private static void crash(Tool tool) throws Exception {
    for (Task child : Task.of(tool.pid()).children()) {
      child.kill();
    }
    tool.await().assertExit(128 + 9);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void goesOnAndComesBack(Example example, Account account) throws Exception {
    account.assumeUsable();
    List<String> command = example.command(folder);
    try (Tool tool = run(account, command, "-o", image)) {
      tool.await().assertExit(0);
      assertSteps(tool, "saved " + image);
    }
    try (Tool tool = run(account, command, "-o", image)) {
      awaitLine(tool, "saved .*");
      crash(tool);
      Tool.run(account, "restore", image).assertExit(0);
      assertSteps(tool, "restored");
    }
  }

  /** The next run takes requests at the same place. */
  @Test
  void underResume() throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("again.py"),
            Files.readString(EXAMPLES.resolve("ask.py")).replace("step == 5", "step >= 5"));
    Path images = folder.resolve("images");
    List<String> command = List.of(Requirements.python().toString(), script.toString());
    try (Tool tool = run(Account.SELF, command, "--resume", images)) {
      awaitLine(tool, "saved .*");
      crash(tool);
    }
    try (Tool tool = run(Account.SELF, command, "--resume", images)) {
      tool.await().assertExit(0).assertSays("goes on from ");
      assertEquals(
          5, tool.err().lines().filter(line -> line.contains(": saved ")).count(), tool.err());
    }
    try (Stream<Path> left = Files.list(images)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void whatCannotBeSavedIsTold() throws Exception {
    List<String> command = Example.SHELL.command(folder);
    try (Tool tool = run(Account.SELF, command, "-o", "/nowhere/ask.ckimg")) {
      tool.await().assertExit(0);
      awaitLine(tool, "not saved: /nowhere: open: ENOENT .*");
    }
    try (Tool tool =
        run(Account.SELF, List.of("env", "CKIMG_CONTROL=/nowhere", "sh", command.get(1)))) {
      tool.await().assertExit(0);
      awaitLine(tool, "not saved: nobody takes requests");
    }
  }
}

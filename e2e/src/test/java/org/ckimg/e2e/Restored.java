package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that was put back: by a ckimg that waits for it, or by one that has left. */
final class Restored implements AutoCloseable {
  private static final Pattern LINE = Pattern.compile("(?m)^restored: pid (\\d+)$");

  private final Optional<Tool> tool;
  private final Task task;

  private Restored(Optional<Tool> tool, Task task) {
    this.tool = tool;
    this.task = task;
  }

  /** Restores; ckimg stays the program's parent. */
  static Restored inForeground(Account account, Path image, String... options) throws Exception {
    return inForeground(account, List.of(), image, options);
  }

  static Restored inForeground(Account account, List<String> wrapper, Path image, String... options)
      throws Exception {
    Tool tool = Tool.start(account, wrapper, arguments(image, options));
    try {
      Await.until(() -> "restored", () -> !tool.isRunning() || LINE.matcher(tool.err()).find());
      Matcher line = LINE.matcher(tool.err());
      if (!line.find()) {
        throw new AssertionError("not restored: " + tool.await());
      }
      return new Restored(Optional.of(tool), Task.ofRecent(Integer.parseInt(line.group(1))));
    } catch (Exception | AssertionError e) {
      tool.close();
      throw e;
    }
  }

  /** Restores and leaves it alone. */
  static Restored detached(Account account, Path image, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--detach");
    Outcome outcome = Tool.run(account, arguments(image, all.toArray(String[]::new)));
    outcome.assertExit(0);
    return new Restored(Optional.empty(), Task.ofRecent(Integer.parseInt(outcome.out().strip())));
  }

  private static Object[] arguments(Path image, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("restore", image));
    arguments.addAll(List.of(options));
    return arguments.toArray();
  }

  Task task() {
    return task;
  }

  /** What ckimg said. */
  String messages() throws Exception {
    return tool.orElseThrow().err();
  }

  /** Waits for the end: the status that ckimg ended with. */
  int awaitStatus() throws Exception {
    return tool.orElseThrow().await().exit();
  }

  /** Waits for the end of a program that nobody waits for. */
  void awaitEnd() throws Exception {
    Await.until(() -> "the end of the restored pid " + task.pid(), () -> !task.isAlive());
  }

  /** Dumps it with --kill, and sees ckimg end as a killed program's parent. */
  Path dumpAndKill(Victim victim) throws Exception {
    Path image = Stage.folder("image").resolve("again.ckimg");
    victim.dumpTo(task, image, "--kill");
    assertEquals(128 + 9, awaitStatus(), "status of ckimg when its program was killed");
    return image;
  }

  @Override
  public void close() {
    task.kill();
    tool.ifPresent(Tool::close);
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs on a terminal come back on one, in the mode that they had set. */
@Timeout(120)
@Tag("quick")
class TerminalTest {
  private static List<String> onTerminal(String... command) {
    List<String> all = new ArrayList<>(List.of(Stage.program("onpty").toString()));
    all.addAll(List.of(command));
    return all;
  }

  /** A program on a terminal of its own, or on that of a shell. */
  static Victim start(Account account, Path folder, String... shell) throws Exception {
    List<String> program = new ArrayList<>(List.of(shell));
    program.add(Stage.program("terminal").toString());
    program.addAll(List.of(folder.toString(), shell.length == 0 ? "leader" : "job", "any-ids"));
    List<String> command = onTerminal(program.toArray(String[]::new));
    Victim victim = Victim.command(account, List.of(), folder, Path.of("/dev/null"), command);
    Await.until(victim::report, () -> victim.output().contains("ready"));
    return victim;
  }

  /** Dumps and ends it, and whoever stands behind its terminal; the image. */
  static Path dumpAndKill(Victim victim) throws Exception {
    Path self = victim.folder().resolve("self");
    Path image = Stage.folder("image").resolve("v.ckimg");
    victim.dumpTo(Task.of(Integer.parseInt(Files.readString(self).strip())), image, "--kill");
    victim.awaitStatus();
    return image;
  }

  private static Path dump(Account account, Path folder, String... shell) throws Exception {
    try (Victim victim = start(account, folder, shell)) {
      return dumpAndKill(victim);
    }
  }

  /** ckimg has no terminal: it stands behind a new one. */
  @Shows(
      fate = Shows.Fate.KEPT,
      what = "A terminal that the program owned: a new one, with ckimg between it and the caller")
  @ParameterizedTest
  @EnumSource(Account.class)
  void aSessionLeader(Account account) throws Exception {
    account.assumeUsable();
    Path folder = Stage.folder("terminal-leader");
    Path image = dump(account, folder);
    assertEquals(33, Json.inspect(image).at("/terminals/0/rows").asInt());
    Tool.run(account, "restore", image, "--detach").assertExit(1).assertSays("AU-FD-06");
    try (Tool tool = Tool.start(account, "restore", image)) {
      Files.createFile(folder.resolve("go"));
      Outcome outcome = tool.await();
      assertEquals("PASS\n", outcome.out(), outcome::toString);
      assertEquals(0, outcome.exit());
    }
  }

  @Test
  void inputThatNobodyHasReadIsNotLostInSilence() throws Exception {
    try (Tmux tmux = Tmux.start(Account.SELF, "typed")) {
      tmux.line("sh -c 'echo asleep; exec sleep 1000'");
      tmux.await("^asleep$");
      Task sleep = tmux.job();
      tmux.line("typed ahead");
      tmux.await("^typed ahead$");
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", sleep.pid(), "-o", image)
          .assertExit(0)
          .assertSays("12 bytes that were typed into /dev/pts/.* are not saved");
      sleep.kill();
    }
  }

  /** ckimg has a terminal, and the program gets it. */
  @Shows(
      fate = Shows.Fate.KEPT,
      what = "The terminal of a shell's job: that of the caller, with modes and foreground")
  @Test
  void aJobOfAShell() throws Exception {
    Path folder = Stage.folder("terminal-job");
    Path image = dump(Account.SELF, folder, "sh", "-c", "\"$0\" \"$@\"; exit $?");
    Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays("AU-FD-04");
    try (Tool tool = Tool.start(Account.SELF, onTerminal(), "restore", image)) {
      Files.createFile(folder.resolve("go"));
      Outcome outcome = tool.await();
      assertTrue(outcome.out().endsWith("PASS\n"), outcome::toString);
      assertEquals(0, outcome.exit());
    }
  }
}

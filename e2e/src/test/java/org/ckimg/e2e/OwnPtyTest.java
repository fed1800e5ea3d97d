package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ckimg.linux.sys.FileCalls;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real programs that have the masters of pseudo terminals come back, with what is behind them. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@Tag("programs")
class OwnPtyTest {
  @Shows(
      fate = Shows.Fate.KEPT,
      what = "A tmux server with its shell, to which half a line was typed")
  @Test
  void aTmuxServer() throws Exception {
    try (Tmux tmux = Tmux.start(Account.SELF, "own-pty")) {
      tmux.line("X=41");
      tmux.type("echo $((X + 1)) ha");
      tmux.await("ha$");
      Task server = tmux.server();
      Path image = Stage.folder("image").resolve("tmux.ckimg");
      Tool.run(Account.SELF, "dump", server.pid(), "--kill", "-o", image).assertExit(0);
      Await.until(() -> "the end of the server", () -> !server.isThere());
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        tmux.line("lf");
        tmux.await("^42 half$");
        tmux.line("sh -c 'echo asleep; exec sleep 1000'");
        tmux.await("^asleep$");
        tmux.key("C-c");
        tmux.awaitPrompt(130);
        tmux.keep("restored");
        tmux.line("exit");
        assertEquals(0, restored.awaitStatus());
      }
    }
  }

  /** It copies between its own descriptors 0 and 1, which are no terminals, and that of a shell. */
  @Shows(fate = Shows.Fate.KEPT, what = "A shell below pty.spawn of Python, driven by a FIFO")
  @Test
  void aSpawningPython() throws Exception {
    Requirements.program("python3");
    Path folder = Stage.folder("spawn");
    Path input = folder.resolve("input");
    Command.output(List.of("mkfifo", input.toString()), folder);
    String script =
        "import os, pty; os.dup2(os.open('input', os.O_RDWR), 0);"
            + " pty.spawn(['sh', '-c', 'PS1=; echo ready; exec sh'])";
    try (Victim victim = start(folder, "python3", "-c", script)) {
      Await.until(victim::report, () -> victim.output().contains("ready"));
      Files.writeString(input, "Y=6\necho half\\\n");
      Await.until(victim::report, () -> victim.output().contains("echo half"));
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image, "--pid", "namespace")) {
        Files.writeString(input, "-line $((Y * 7))\nexit 3\n");
        Await.until(victim::report, () -> victim.output().contains("half-line 42"));
        assertEquals(0, restored.awaitStatus());
      }
    }
  }

  /** A restore that looks for the files of another image has it so for a moment. */
  @Test
  void somebodyElseHasItsName() throws Exception {
    try (Victim victim = VictimCase.PTY_PAIRS.start(Account.SELF);
        Stream<Path> fds = Files.list(victim.task().proc("fd"))) {
      Path slave =
          fds.map(OwnPtyTest::target).filter(p -> p.startsWith("/dev/pts")).findFirst().get();
      int name = FileCalls.open(slave.toString(), FileCalls.O_PATH | FileCalls.O_CLOEXEC);
      try {
        victim.dump();
      } finally {
        FileCalls.close(name);
      }
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What happens to a program while it waits. */
  private interface Pause {
    Restored over(Victim victim) throws Exception;
  }

  private static Restored dumpAndRestore(Victim victim) throws Exception {
    Path image = victim.dumpAndKill();
    return Restored.inForeground(Account.SELF, image, "--pid", "namespace");
  }

  @Shows(
      fate = Shows.Fate.KEPT,
      what = "script of util-linux with a shell, to which half a line was typed")
  @Test
  void aScript() throws Exception {
    Requirements.program("script");
    assertEquals(scripted(victim -> null), scripted(OwnPtyTest::dumpAndRestore));
  }

  /** What a person would have seen. */
  private static String scripted(Pause pause) throws Exception {
    Path folder = Stage.folder("script");
    Path input = folder.resolve("input");
    Command.output(List.of("mkfifo", input.toString()), folder);
    String script = "exec script -q -f -c \"env PS1='> ' sh\" typescript <> input";
    try (Victim victim = start(folder, "sh", "-c", script)) {
      await(victim, "> ");
      Files.writeString(input, "X=41; echo rea\'\'dy\n");
      await(victim, "ready\r\n> ");
      Files.writeString(input, "echo $((X + 1)) ha");
      await(victim, "ha");
      try (Restored restored = pause.over(victim)) {
        Files.writeString(input, "lf\nexit 3\n");
        await(victim, "42 half\r\n> ");
        assertEquals(0, restored == null ? victim.awaitStatus() : restored.awaitStatus());
      }
      String seen = victim.output();
      String written = Files.readString(folder.resolve("typescript"));
      assertTrue(written.contains(seen.substring(0, seen.lastIndexOf("> "))), written);
      return seen;
    }
  }

  @Shows(fate = Shows.Fate.KEPT, what = "expect with a shell, to which it has sent half a line")
  @Test
  void anExpect() throws Exception {
    Requirements.program("expect");
    assertEquals(expected(victim -> null), expected(OwnPtyTest::dumpAndRestore));
  }

  private static String expected(Pause pause) throws Exception {
    Path folder = Stage.folder("expect");
    String script =
        """
        set timeout 60
        set env(PS1) {> }
        fconfigure stdout -buffering none
        spawn -noecho sh
        expect {> }
        send "A=6; echo rea''dy\\r"
        expect "ready\\r\\n> "
        send "echo answer \\$((A * 7"
        expect {* 7}
        while {![file exists go]} { after 20 }
        send ")); exit 3\\r"
        expect eof
        puts "status [lindex [wait] 3]"
        """;
    Files.writeString(folder.resolve("half.exp"), script);
    try (Victim victim = start(folder, "expect", "half.exp")) {
      await(victim, "* 7");
      try (Restored restored = pause.over(victim)) {
        victim.go();
        assertEquals(0, restored == null ? victim.awaitStatus() : restored.awaitStatus());
      }
      String seen = victim.output();
      assertTrue(seen.endsWith("answer 42\r\nstatus 3\n"), seen);
      return seen;
    }
  }

  /** Whoever dumps a program and lets it run has the number taken when it comes back. */
  @Shows(
      fate = Shows.Fate.CHANGED,
      what = "A pseudo terminal whose number is taken: it gets another one, and that is said")
  @Test
  void aNumberThatIsTaken() throws Exception {
    Path folder = Stage.folder("taken");
    String script =
        """
        import os, pty, time
        master, slave = pty.openpty()
        os.write(master, b'half ')
        print('was', os.ttyname(slave), flush=True)
        while not os.path.exists('go'): time.sleep(0.01)
        os.write(master, b'line\\n')
        open('result', 'w').write(os.ttyname(slave) + ' ' + os.read(slave, 99).decode())
        """;
    try (Victim victim = start(folder, Requirements.python().toString(), "-c", script)) {
      Await.until(victim::report, () -> victim.output().endsWith("\n"));
      String old = victim.output().strip().substring("was ".length());
      Path image = victim.dump();
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        Matcher said =
            Pattern.compile("(?m)" + old + " is (/dev/pts/\\d+) now: its old name is taken$")
                .matcher(restored.messages());
        assertTrue(said.find(), restored.messages());
        victim.task().kill();
        victim.awaitStatus();
        victim.go();
        assertEquals(0, restored.awaitStatus());
        assertEquals(said.group(1) + " half line\n", Files.readString(folder.resolve("result")));
      }
    }
  }

  private static Victim start(Path folder, String... command) throws Exception {
    return Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), List.of(command));
  }

  private static void await(Victim victim, String output) throws Exception {
    Await.until(victim::report, () -> victim.output().endsWith(output));
  }
}

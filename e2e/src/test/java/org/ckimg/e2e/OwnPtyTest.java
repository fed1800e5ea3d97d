package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        tmux.line("sleep 1000");
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
    try (Victim victim =
        Victim.command(
            Account.SELF,
            List.of(),
            folder,
            Path.of("/dev/null"),
            List.of("python3", "-c", script))) {
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
}

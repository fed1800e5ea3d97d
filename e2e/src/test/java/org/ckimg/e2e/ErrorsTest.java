package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person does wrong, and what they are told. */
@Timeout(120)
@Tag("quick")
class ErrorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "frobnicate",
        "dump",
        "dump abc",
        "dump 1 --no-such-option",
        "restore",
        "restore a b",
        "inspect",
        "restore x --pid sometimes"
      })
  void wrongUsage(String line) throws Exception {
    Outcome outcome = Tool.run(Account.SELF, (Object[]) line.split(" ")).assertExit(2);
    assertEquals("", outcome.out());
    assertFalse(outcome.err().contains("\tat "), outcome::toString);
  }

  @Test
  void noSuchProcess() throws Exception {
    int pid = 4_194_000;
    while (Files.exists(Path.of("/proc/" + pid))) {
      pid--;
    }
    Path image = Stage.folder("none").resolve("v.ckimg");
    Tool.run(Account.SELF, "dump", pid, "-o", image)
        .assertExit(4)
        .assertSays("no such process " + pid);
    assertFalse(Files.exists(image));
  }

  @Test
  void somebodyElsesProcess() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "blocked", "pause")) {
      Account.NOBODY.assumeUsable();
      Path image = Stage.folder("foreign").resolve("v.ckimg");
      Tool.run(Account.NOBODY, "dump", victim.pid(), "-o", image)
          .assertExit(4)
          .assertSays("permission denied: ptrace of pid " + victim.pid());
      assertFalse(Files.exists(image));
      assertTrue(victim.task().isAlive());
    }
  }

  /** Pid 2 is a thread of the kernel, where it is visible at all. */
  @Test
  void notAProgram() throws Exception {
    int exit =
        Tool.run(Account.SELF, "dump", 2, "-o", Stage.folder("kernel").resolve("v.ckimg")).exit();
    assertTrue(exit == 1 || exit == 4, "exit " + exit);
  }

  @Test
  void aDeadProgram() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "holder", "zombie")) {
      int zombie = victim.task().children().getFirst().pid();
      Path folder = Stage.folder("dead");
      Tool.run(Account.SELF, "dump", zombie, "-o", folder.resolve("v.ckimg"))
          .assertExit(4)
          .assertSays("process %d is a zombie".formatted(zombie));
      assertEquals(List.of(), RefusalTest.list(folder));
    }
  }

  /** It has given its memory back and is no zombie yet. */
  @Test
  void aProgramThatEnds() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "holder", "ending")) {
      int ending = victim.task().children().getFirst().pid();
      Path image = Stage.folder("ending").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", ending, "-o", image)
          .assertExit(4)
          .assertSays("process " + ending + " is about to end");
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
    }
  }

  @Test
  void notAnImage() throws Exception {
    Path file = Stage.folder("text").resolve("v.ckimg");
    Files.writeString(file, "This is no image. ".repeat(100));
    for (String command : new String[] {"check", "restore", "inspect"}) {
      Tool.run(Account.SELF, command, file).assertExit(3);
    }
    Tool.run(Account.SELF, "restore", file).assertSays("CK-HDR-02");
    Files.write(file, new byte[0]);
    Tool.run(Account.SELF, "restore", file).assertExit(3).assertSays("CK-");
    Files.delete(file);
    Tool.run(Account.SELF, "restore", file).assertExit(4).assertSays("ENOENT|(?i)no such file");
  }

  @Test
  void anImageIsPrivateAndCanBeAStream() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "blocked", "pause")) {
      Path image = victim.dump();
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(image)));
      try (Tool stream = Tool.start(Account.SELF, "dump", victim.pid(), "-o", "-")) {
        stream.await().assertExit(0);
        Tool.run(Account.SELF, "check", stream.outFile()).assertExit(0);
      }
      Tool.run(Account.SELF, List.of("sh", "-c", "exec \"$@\" <" + image, "sh"), "inspect", "-")
          .assertExit(0);
    }
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pids, exit statuses, stopped programs, and the audit seen from outside. */
@Timeout(180)
@Tag("quick")
class PidTest {
  /** The original lives on, so its pid is taken. */
  @Shows(
      fate = Shows.Fate.CHANGED,
      what = "The pid of a program with one thread, taken by now or not to be chosen: a new one")
  @Test
  void aTakenPid() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "regs", "syscall-sse")) {
      Path image = victim.dump();
      Tool.run(Account.SELF, "restore", image, "--pid", "same")
          .assertExit(4)
          .assertSays(Integer.toString(victim.pid()));
      assertTrue(victim.task().isAlive());
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        assertNotEquals(victim.pid(), restored.task().pid());
        assertTrue(restored.messages().contains("" + victim.pid()), restored::toString);
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      assertEquals(0, victim.awaitStatus(), victim::report);
    }
  }

  @Test
  void aNewPidWhenAsked() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "regs", "syscall-sse")) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image, "--pid", "new")) {
        assertNotEquals(victim.pid(), restored.task().pid());
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
    }
  }

  /** No call tells that; and the number is taken all the same. */
  @Test
  void itsSessionIsNotEmpty() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "fickle", "orphan")) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        assertNotEquals(victim.pid(), restored.task().pid());
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      } finally {
        Files.createFile(victim.folder().resolve("release"));
      }
      victim.assertPassed();
    }
  }

  /** Several threads know their old ids; while those are taken they exist in a namespace only. */
  @Shows(
      fate = Shows.Fate.CHANGED,
      what =
          "The ids of several threads or processes, taken by now or not to be chosen: the old ones in a pid namespace")
  @Test
  void threadsWithTakenIds() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "threads", "all")) {
      Path image = victim.dump();
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        assertInOwnNamespace(victim, restored);
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      assertEquals(0, victim.awaitStatus(), victim::report);
    }
  }

  /** Process 1 of the namespace ends after the program, also when nobody waits for it. */
  @ParameterizedTest
  @EnumSource(Account.class)
  void aNamespaceEndsWithItsProgram(Account account) throws Exception {
    account.assumeUsable();
    try (Victim victim = Victim.program(account, "threads", "all")) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.detached(account, image, "--pid", "namespace")) {
        assertInOwnNamespace(victim, restored);
        String namespace = restored.task().link("ns/pid");
        assertEquals(2, Task.all().filter(task -> task.isIn("ns/pid", namespace)).count());
        victim.go();
        restored.awaitEnd();
        Await.until(
            () -> "the end of the namespace",
            () -> Task.all().noneMatch(task -> task.isIn("ns/pid", namespace)));
      }
      victim.assertPassed();
    }
  }

  @Shows(
      fate = Shows.Fate.KEPT,
      what = "Several restores of one image side by side, of a tree: each in a pid namespace")
  @ParameterizedTest
  @EnumSource(Account.class)
  void aTreeSeveralTimesSideBySide(Account account) throws Exception {
    account.assumeUsable();
    try (Victim victim = Victim.program(account, "memfiles", "shared")) {
      Path image = victim.dumpAndKill();
      try (Restored first = Restored.inForeground(account, image, "--pid", "namespace");
          Restored second = Restored.inForeground(account, image, "--pid", "namespace");
          Restored third = Restored.inForeground(account, image, "--pid", "namespace")) {
        for (Restored each : List.of(first, second, third)) {
          assertInOwnNamespace(victim, each);
        }
        victim.go();
        for (Restored each : List.of(first, second, third)) {
          assertEquals(0, each.awaitStatus(), victim::report);
        }
      }
    }
  }

  /** Calls are made in it by the ids that it has in there; it is not the worse for it. */
  @Shows(
      fate = Shows.Fate.KEPT,
      what = "A program that was restored in a pid namespace: saved again, with the ids it knows")
  @ParameterizedTest
  @CsvSource({"SELF, threads, all", "NOBODY, ptimers, glibc", "NOBODY, family, all"})
  void whatIsInANamespaceIsSavedAgain(Account account, String program, String mode)
      throws Exception {
    account.assumeUsable();
    try (Victim victim = Victim.program(account, program, mode)) {
      Path first = victim.dumpAndKill();
      Path second;
      try (Restored restored = Restored.inForeground(account, first, "--pid", "namespace")) {
        assertNotEquals(victim.pid(), restored.task().pid());
        second = restored.dumpAndKill(victim);
      }
      assertEquals(victim.pid(), Json.inspect(second).at("/processes/0/pid").asInt());
      try (Restored restored = Restored.inForeground(account, second)) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  private static void assertInOwnNamespace(Victim victim, Restored restored) throws Exception {
    assertNotEquals(victim.pid(), restored.task().pid());
    assertEquals(
        restored.task().pid() + "\t" + victim.pid(), restored.task().status("NSpid").strip());
  }

  @Test
  void theOldPid() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "identity", "all")) {
      Account.assumeRoot();
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image, "--pid", "same")) {
        assertEquals(victim.pid(), restored.task().pid());
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
    }
  }

  @Test
  void theStatusOfAKilledProgram() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "blocked", "nanosleep")) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        restored.task().signal("TERM");
        assertEquals(128 + 15, restored.awaitStatus());
      }
    }
  }

  @Shows(fate = Shows.Fate.KEPT, what = "A program that was stopped: it comes back stopped")
  @Test
  void aStoppedProgramComesBackStopped() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "memory", "1")) {
      victim.task().signal("STOP");
      Await.until(() -> "stopped", () -> victim.task().state() == 'T');
      Path image = victim.dump();
      assertEquals('T', victim.task().state(), "after the dump");
      victim.task().kill();
      victim.awaitStatus();
      assertEquals("stopped", Json.inspect(image).at("/processes/0/state").asText());
      try (Restored restored = Restored.detached(Account.SELF, image)) {
        victim.go();
        Thread.sleep(100);
        assertEquals('T', restored.task().state(), "after the restore");
        restored.task().signal("CONT");
        restored.awaitEnd();
      }
      victim.assertPassed();
    }
  }

  @Test
  void verifyAndPlanStartNothing() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "fds", "all")) {
      Path image = victim.dumpAndKill();
      JsonNode audit =
          Json.parse(Tool.run(Account.SELF, "restore", image, "--verify", "--json").assertExit(0));
      assertEquals("ckimg.audit/1", audit.at("/schema").asText());
      assertEquals("allow", audit.at("/verdict").asText());
      Outcome plan = Tool.run(Account.SELF, "restore", image, "--plan").assertExit(0);
      assertFalse(plan.out().isBlank());
      assertFalse(victim.task().isThere());
      assertEquals("ready\n", victim.output());
    }
  }

  /** A file that was read has changed since: refused by name, and nothing was started. */
  @Shows(fate = Shows.Fate.REFUSED, what = "A file that was read and has changed since")
  @Test
  void aDriftedFile() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "fds", "all")) {
      Path image = victim.dumpAndKill();
      Path file = victim.folder().resolve("owned");
      Files.writeString(file, "more", StandardOpenOption.APPEND);
      Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays(file.toString());
      JsonNode audit =
          Json.parse(Tool.run(Account.SELF, "restore", image, "--verify", "--json").assertExit(1));
      assertEquals("refuse", audit.at("/verdict").asText());
      assertFalse(victim.task().isThere());
    }
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pids, exit statuses, stopped programs, and the audit seen from outside. */
@Timeout(180)
@Tag("quick")
class PidTest {
  /** The original lives on, so its pid is taken. */
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

  /** Several threads whose ids are taken know them: refused by name, and the victim is unharmed. */
  @Test
  void threadsWithTakenIds() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "threads", "all")) {
      Path image = victim.dump();
      Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays("AU-PID-02");
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
    }
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

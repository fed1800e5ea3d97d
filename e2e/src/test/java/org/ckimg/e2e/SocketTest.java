package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets with somebody outside, and names that somebody else has by now. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@Tag("quick")
class SocketTest {
  private static Set<String> rules(JsonNode report) {
    Set<String> rules = new TreeSet<>();
    report.at("/findings").forEach(finding -> rules.add(finding.at("/rule").asText()));
    return rules;
  }

  @Shows(
      fate = Shows.Fate.CHANGED,
      what =
          "A connection of TCP with somebody outside: reset by the other end, after what it had received")
  @ParameterizedTest
  @EnumSource(Account.class)
  void aConnectionWithSomebodyOutsideComesBackReset(Account account) throws Exception {
    try (Victim victim = Victim.program(account, "inetsockets", "severed")) {
      Path image = victim.dumpAndKill();
      assertTrue(rules(Audit.report(image)).contains("AU-SCK-12"));
      try (Restored restored = Restored.inForeground(account, image)) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
        assertTrue(restored.messages().contains("AU-SCK-12 warn"), restored.messages());
      }
      victim.assertPassed();
    }
  }

  @Test
  void aConnectionWithSomebodyOutsideOutlivesADump() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "inetsockets", "outside")) {
      victim.dump();
      victim.dump("--stop");
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  @Shows(fate = Shows.Fate.CHANGED, what = "An error that a socket has not told yet: lost")
  @Test
  void anErrorThatIsLostIsSaid() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "holder", "refused")) {
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
          .assertExit(0)
          .assertSays("fd 50: an error that this socket was told.* is not saved");
      Tool.run(Account.SELF, "check", image).assertExit(0);
    }
  }

  /** The second dump does not see it, and knows. */
  @Test
  void anEmptyMessageIsNotLostInSilence() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "holder", "emptied")) {
      victim.dump();
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
          .assertExit(1)
          .assertSays(
              "fd 50: unix socket with an empty message, which the kernel shows to one dump");
    }
  }

  /** What one dump has seen behind others the next one knows of, for as long as it waits. */
  @Shows(
      fate = Shows.Fate.REFUSED,
      what = "Empty datagrams that an earlier dump has seen, and the kernel does not show again")
  @ParameterizedTest
  @ValueSource(strings = {"datagrams", "packets", "internet"})
  void emptyMessagesBehindOthersAreNotLostInSilence(String mode) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "empties", mode)) {
      victim.dump();
      Path image = Stage.folder("image").resolve("v.ckimg");
      for (int again = 0; again < 2; again++) {
        Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
            .assertExit(1)
            .assertSays("socket with an empty message, which the kernel shows to one dump only");
      }
      Files.createFile(victim.folder().resolve("take"));
      Await.until(victim::report, () -> Files.exists(victim.folder().resolve("taken")));
      victim.dump();
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  @Shows(fate = Shows.Fate.REFUSED, what = "A port or socket file that somebody else has by now")
  @Test
  void whatSomebodyHasByNowIsNotTaken() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "unixsockets", "connections");
        Victim other = Victim.program(Account.SELF, "inetsockets", "waiting")) {
      Path names = victim.dump();
      Path ports = other.dump();
      Tool.run(Account.SELF, "restore", names, "--pid", "new")
          .assertExit(1)
          .assertSays("AU-SCK-03 refuse: fd 3: somebody else has bound .*/listener")
          .assertSays("AU-SCK-03 refuse: fd 4: somebody else has the name @ckimg-e2e-seq-");
      Tool.run(Account.SELF, "restore", ports, "--pid", "new")
          .assertExit(1)
          .assertSays("AU-SCK-10 refuse: fd 3: somebody else has 0.0.0.0:");
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  @Test
  void aFileInThePlaceOfASocketStays() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "unixsockets", "connections")) {
      Path image = victim.dumpAndKill();
      assertTrue(rules(Audit.report(image)).contains("AU-SCK-13"));
      Path listener = victim.folder().resolve("listener");
      Files.delete(listener);
      Files.writeString(listener, "precious");
      Tool.run(Account.SELF, "restore", image)
          .assertExit(1)
          .assertSays("AU-SCK-03 refuse: fd 3: .*/listener is no socket now");
      assertEquals("precious", Files.readString(listener));
      Files.delete(listener);
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  @Test
  void whatOthersReachIsAMatterOfPolicy() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "inetsockets", "waiting")) {
      Path image = victim.dumpAndKill();
      Tool.run(Account.SELF, "restore", image, "--policy", "strict")
          .assertExit(1)
          .assertSays("AU-SCK-11 refuse: fd 3: others can reach 0.0.0.0:");
    }
  }
}

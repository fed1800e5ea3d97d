package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program that sleeps until an absolute monotonic time is put back where that clock is behind, as
 * after a reboot. Without a time namespace it would sleep for the whole difference.
 */
@Timeout(180)
@Tag("quick")
class TimeNamespaceTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @BeforeEach
  void assumeNamespaces() {
    Account.assumeRoot();
    Requirements.program("unshare");
    assumeTrue(Files.exists(Path.of("/proc/self/ns/time")), "no time namespaces");
  }

  private static List<String> clock(long seconds) {
    String offset = Long.toString(seconds);
    return List.of(
        "unshare", "--time", "--monotonic", offset, "--boottime", offset, "--fork", "--");
  }

  @Test
  void fromAMachineThatWasUpLonger() throws Exception {
    List<String> ahead = clock(1_000_000);
    try (Victim victim = Victim.program(Account.SELF, ahead, "deadline", "absolute")) {
      Path image = Stage.folder("ahead").resolve("v.ckimg");
      Tool.run(Account.SELF, ahead, "dump", victim.pid(), "-o", image, "--kill").assertExit(0);
      victim.awaitStatus();
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        assertWakes(victim, restored);
      }
    }
  }

  @Shows(
      fate = Shows.Fate.KEPT,
      what = "Clocks on a machine that has booted since: in a time namespace")
  @ParameterizedTest
  @EnumSource(Account.class)
  void toAMachineThatHasJustBooted(Account account) throws Exception {
    long uptime =
        (long) Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
    assumeTrue(uptime > 300, "this machine has just booted itself");
    try (Victim victim = Victim.program(account, "deadline", "absolute")) {
      Path image = victim.dumpAndKill();
      List<String> behind = clock(60 - uptime);
      try (Restored restored = Restored.inForeground(account, behind, image)) {
        assertWakes(victim, restored);
      }
    }
  }

  private static void assertWakes(Victim victim, Restored restored) throws Exception {
    Await.until(
        SOON,
        () -> "waking up: " + victim.report(),
        () -> victim.output().contains("woke") || !restored.task().isAlive());
    victim.go();
    assertEquals(0, restored.awaitStatus(), victim::report);
    assertEquals("ready\nwoke\nPASS\n", victim.output());
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What policies take from real programs. */
@Timeout(120)
@Tag("quick")
class GrantTest {
  private static Path policy(Victim victim, String toml) throws Exception {
    return Files.writeString(victim.folder().resolve("policy.toml"), toml);
  }

  @Test
  void noProgramGetsNewPrivilegesWhereThePolicySaysSo() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "threads", "all")) {
      Path image = victim.dumpAndKill();
      Path policy = policy(victim, "identity.no-new-privs = true\n");
      String said =
          InProcess.run("restore", image, "--verify", "--policy", policy).assertExit(0).out();
      assertTrue(said.contains("AU-CRD-10"), said);
      try (Restored restored =
          Restored.inForeground(Account.SELF, image, "--policy", policy.toString())) {
        try (var threads = Files.list(Path.of("/proc/" + restored.task().pid() + "/task"))) {
          for (Path thread : threads.toList()) {
            String status = Files.readString(thread.resolve("status"));
            assertTrue(status.contains("NoNewPrivs:\t1"), status);
          }
        }
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  @Test
  void aFileIsOnlyAddedToWhereThePolicySaysSo() throws Exception {
    underLogPolicy("append").assertExit(0);
    String said = underLogPolicy("end").assertExit(1).out();
    assertTrue(said.contains("AU-FIL-19"), said);
  }

  /** The folder of the program's file is one of logs. */
  private static Outcome underLogPolicy(String mode) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "drift", mode)) {
      Path image = victim.dumpAndKill();
      Path data = victim.folder().resolve("data");
      Path policy = policy(victim, "files.append-only = [\"" + data + "\"]\n");
      return InProcess.run("restore", image, "--verify", "--policy", policy);
    }
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs whose memory is the image. */
@Timeout(120)
@Tag("quick")
class MapTest {
  @ParameterizedTest
  @EnumSource
  void comesBack(Account account) throws Exception {
    try (Victim victim = Victim.program(account, "steps", "any")) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(account, image, "--map")) {
        assertTrue(restored.messages().contains("mapped from the image"), restored.messages());
        assertTrue(
            restored.task().maps().stream().anyMatch(line -> line.endsWith(image.toString())));
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  /** What it writes is its own: the image stays as it is, and is good for another restore. */
  @Test
  void theImageIsNotWritten() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path image = victim.dumpAndKill();
      byte[] before = Files.readAllBytes(image);
      try (Restored restored = Restored.inForeground(Account.SELF, image, "--map")) {
        Path step = Files.createFile(victim.folder().resolve("step"));
        Await.until(() -> "a step of " + victim.report(), () -> Files.notExists(step));
        restored.task().kill();
        restored.awaitStatus();
      }
      assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(image)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mappings", "threads", "blocked"})
  void everyStateComesBack(String name) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, name, "all")) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image, "--map")) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  @Test
  void anImageThatOthersCanWriteIsNotMapped() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path image = victim.dumpAndKill();
      Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-rw----"));
      Outcome outcome = Tool.run(Account.SELF, "restore", "--map", image);
      outcome.assertExit(1);
      assertTrue(outcome.err().contains("AU-IMG-05"), outcome.err());
    }
  }

  @Test
  void aFlippedBitIsFoundBeforeTheProgramRuns() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path image = victim.dumpAndKill();
      byte[] bytes = Files.readAllBytes(image);
      bytes[bytes.length / 2] ^= 4;
      Files.write(image, bytes);
      Outcome outcome = Tool.run(Account.SELF, "restore", "--map", image);
      outcome.assertExit(3);
      assertTrue(outcome.err().contains("CK-PAG-09"), outcome.err());
    }
  }
}

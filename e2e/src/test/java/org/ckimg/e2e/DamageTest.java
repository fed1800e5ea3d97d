package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * One wrong bit anywhere in the image of a real program, and a cut at any length: refused, by rule
 * and section. Most of it runs inside this virtual machine, a few times the command itself does.
 */
@Timeout(180)
@Tag("quick")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamageTest {
  private static final int FLIPS = 40;
  private static final int CUTS = 20;
  private static final int PROCESSES = 4;
  private static final int HEADER_BYTES = 128;

  /** Rule, section, offset, as a finding is printed. */
  private static final Pattern FINDING =
      Pattern.compile("CK-[A-Z]{3}-\\d\\d: [A-Za-z][A-Za-z0-9 ]*\\+0x[0-9a-f]+: ");

  private Victim victim;
  private byte[] sound;
  private Path damaged;

  @BeforeAll
  void dumpARealProgram() throws Exception {
    Path folder = Stage.folder("perl-asleep");
    victim =
        Victim.command(
            Account.SELF,
            List.of(),
            folder,
            Path.of("/dev/null"),
            List.of(
                Requirements.program("perl").toString(),
                "-e",
                "my @a = map { $_ * 3 } 1 .. 50000; $| = 1; print \"ready\\n\"; sleep 1000"));
    Await.until(() -> "ready", () -> victim.output().contains("ready"));
    sound = Files.readAllBytes(victim.dumpAndKill());
    damaged = Stage.folder("damaged").resolve("v.ckimg");
  }

  @AfterAll
  void end() throws Exception {
    if (victim != null) {
      victim.close();
    }
  }

  @Test
  void aFlippedBitIsRefused() throws Exception {
    Random random = Seed.of("DamageTest flips");
    for (int i = 0; i < FLIPS; i++) {
      int at = random.nextInt(sound.length);
      int bit = random.nextInt(8);
      byte[] bytes = sound.clone();
      bytes[at] ^= (byte) (1 << bit);
      assertRefused(bytes, "bit " + bit + " of byte " + at, i < PROCESSES);
    }
  }

  @Test
  void aCutIsRefusedAndShowsWhatIsThere() throws Exception {
    Random random = Seed.of("DamageTest cuts");
    for (int i = 0; i < CUTS; i++) {
      int length = i == 0 ? sound.length - 1 : i == 1 ? HEADER_BYTES : random.nextInt(sound.length);
      assertRefused(Arrays.copyOf(sound, length), "cut at " + length, i < PROCESSES);
      if (length >= HEADER_BYTES) {
        Outcome shown = InProcess.run("inspect", damaged, "--json").assertExit(0);
        assertFalse(
            new ObjectMapper().readTree(shown.out()).at("/image/complete").asBoolean(true),
            "complete, although cut at " + length);
      }
    }
  }

  private void assertRefused(byte[] bytes, String what, boolean alsoAsProcess) throws Exception {
    Files.write(damaged, bytes);
    assertFindings(InProcess.run("check", damaged), what);
    assertFindings(InProcess.run("restore", damaged, "--verify"), what);
    if (alsoAsProcess) {
      assertFindings(Tool.run(Account.SELF, "restore", damaged), what);
      assertFalse(victim.task().isThere(), what + ": the program was restored");
    }
  }

  private static void assertFindings(Outcome outcome, String what) {
    assertEquals(3, outcome.exit(), () -> what + ": " + outcome);
    assertTrue(
        FINDING.matcher(outcome.out() + outcome.err()).find(),
        () -> what + ": no rule, section and offset in " + outcome);
  }

  @Test
  void theUndamagedImageIsSound() throws Exception {
    Files.write(damaged, sound);
    InProcess.run("check", damaged).assertExit(0);
    InProcess.run("restore", damaged, "--verify").assertExit(0);
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.ckimg.tools.Ckimg;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.Sink;
import org.ckimg.tools.text.Style;
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
        Outcome shown = inProcess("inspect", damaged, "--json").assertExit(0);
        assertFalse(
            new ObjectMapper().readTree(shown.out()).at("/image/complete").asBoolean(true),
            "complete, although cut at " + length);
      }
    }
  }

  private void assertRefused(byte[] bytes, String what, boolean alsoAsProcess) throws Exception {
    Files.write(damaged, bytes);
    assertFindings(inProcess("check", damaged), what);
    assertFindings(inProcess("restore", damaged, "--verify"), what);
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
    inProcess("check", damaged).assertExit(0);
    inProcess("restore", damaged, "--verify").assertExit(0);
  }

  /** The command without a virtual machine of its own. */
  private static Outcome inProcess(Object... arguments) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Sink sink = new Sink(out);
    Console console =
        new Console(
            InputStream.nullInputStream(),
            sink,
            new PrintWriter(new OutputStreamWriter(sink, StandardCharsets.UTF_8)),
            new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true),
            Style.PLAIN,
            false);
    String[] line = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int exit = Ckimg.run(console, line);
    return new Outcome(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}

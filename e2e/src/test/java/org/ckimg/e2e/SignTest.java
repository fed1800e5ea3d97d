package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that come back only where somebody trusted has signed, and keys that OpenSSL shares. */
@Timeout(120)
@Tag("quick")
class SignTest {
  private static final int FOOTER_BYTES = 256;
  private static final int ROOT_AT = 32;
  private static final int SIGNATURE_AT = 104;

  private static Path key() throws Exception {
    Path key = Stage.folder("key").resolve("key");
    Tool.run(Account.SELF, "key", "generate", key).assertExit(0);
    return key;
  }

  private static Path publicOf(Path key) {
    return key.resolveSibling(key.getFileName() + ".pub");
  }

  private static String openssl(Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Requirements.program("openssl").toString()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return Command.output(command.toArray(String[]::new));
  }

  private static Path dumpSigned(Victim victim, Path key) throws Exception {
    Path image = victim.dump("--kill", "--sign", key.toString());
    assertEquals(128 + 9, victim.awaitStatus(), "status after --kill");
    return image;
  }

  @ParameterizedTest
  @ValueSource(strings = {"copied", "--map"})
  void comesBackWhereItsSignerIsTrusted(String how) throws Exception {
    Path key = key();
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path image = dumpSigned(victim, key);
      List<String> options = new ArrayList<>(List.of("--trust", publicOf(key).toString()));
      if (how.startsWith("--")) {
        options.add(how);
      }
      try (Restored restored =
          Restored.inForeground(Account.SELF, image, options.toArray(String[]::new))) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  @Test
  void aStrangersImageAndAnUnsignedOneAreRefused() throws Exception {
    Path trusted = publicOf(key());
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path unsigned = victim.dump();
      Path signed = dumpSigned(victim, key());
      Tool.run(Account.SELF, "restore", signed, "--trust", trusted)
          .assertExit(1)
          .assertSays("AU-IMG-06 .*is signed by [0-9a-f]{64}, which is none of the 1 trusted");
      Tool.run(Account.SELF, "restore", unsigned, "--trust", trusted)
          .assertExit(1)
          .assertSays("AU-IMG-06 .*is not signed");
      assertFalse(victim.task().isThere());
    }
  }

  /** CRC32C of the changed frame is made to fit: only the digests tell. */
  @ParameterizedTest
  @ValueSource(strings = {"copied", "--map"})
  void aPageThatWasMadeToFitItsChecksumIsFound(String how) throws Exception {
    Path key = key();
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path image = dumpSigned(victim, key);
      forge(image);
      Tool.run(Account.SELF, "check", image).assertExit(3);
      List<Object> command = new ArrayList<>(List.of("restore", image, "--trust", publicOf(key)));
      if (how.startsWith("--")) {
        command.add(how);
      }
      Outcome outcome = Tool.run(Account.SELF, command.toArray()).assertExit(3);
      outcome.assertSays("CK-PAG-1");
      // What is mapped is never looked at again: it must be found before.
      boolean before = outcome.err().contains("not a sound image; nothing was started");
      assertEquals(how.equals("--map"), before, outcome::toString);
      assertFalse(victim.task().isThere());
    }
  }

  /**
   * Changes four bytes of a frame by the value that leaves its CRC32C as it is. The polynomial
   * itself, with its highest term, is such a change: it is what the checksum counts as nothing.
   */
  private static void forge(Path image) throws Exception {
    byte[] bytes = Files.readAllBytes(image);
    int at = bytes.length / 2;
    long polynomial = 0x82f63b78L << 1 | 1;
    for (int bit = 0; bit <= 32; bit++) {
      if ((polynomial >> bit & 1) != 0) {
        bytes[at + bit / 8] ^= (byte) (1 << bit % 8);
      }
    }
    Files.write(image, bytes);
  }

  @Test
  void aKeyOfOpenSslSigns() throws Exception {
    Path key = Stage.folder("key").resolve("openssl");
    openssl("genpkey", "-algorithm", "ed25519", "-out", key);
    openssl("pkey", "-in", key, "-pubout", "-out", publicOf(key));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path plain = victim.dump();
      Path signed = plain.resolveSibling("signed.ckimg");
      Tool.run(Account.SELF, "sign", plain, "-o", signed, "--key", key).assertExit(0);
      assertSignedFor(publicOf(key), signed);
      Tool.run(Account.SELF, "restore", "--verify", signed, "--trust", publicOf(key)).assertExit(0);
    }
  }

  @Test
  void openSslReadsOurKeysAndProvesOurSignatures() throws Exception {
    Path key = key();
    String open = openssl("pkey", "-in", key, "-pubout");
    assertEquals(Files.readString(publicOf(key)), open);
    assertEquals(Files.readString(key), openssl("pkey", "-in", key));
    String raw = openssl("pkey", "-pubin", "-in", publicOf(key), "-noout", "-text");
    String shown = Tool.run(Account.SELF, "key", "show", publicOf(key)).assertExit(0).out();
    String hex = raw.replaceAll("(?s).*pub:|[^0-9a-f]", "");
    assertTrue(shown.contains("public key  " + hex + "\n"), raw + shown);
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      assertSignedFor(publicOf(key), victim.dump("--sign", key.toString()));
    }
  }

  /** FORMAT.md, section 9, in the words of another program. */
  private static void assertSignedFor(Path publicKey, Path image) throws Exception {
    byte[] bytes = Files.readAllBytes(image);
    int footer = bytes.length - FOOTER_BYTES;
    Path folder = Stage.folder("openssl");
    byte[] tag = Arrays.copyOf("ckimg1 sign".getBytes(), 16);
    byte[] message = Arrays.copyOf(tag, tag.length + 32);
    System.arraycopy(bytes, footer + ROOT_AT, message, tag.length, 32);
    Path signature = folder.resolve("signature");
    Files.write(
        signature, Arrays.copyOfRange(bytes, footer + SIGNATURE_AT, footer + SIGNATURE_AT + 64));
    Path signed = Files.write(folder.resolve("message"), message);
    String said =
        openssl(
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            publicKey,
            "-rawin",
            "-in",
            signed,
            "-sigfile",
            signature);
    assertTrue(said.contains("Verified Successfully"), said + HexFormat.of().formatHex(message));
  }

  @Test
  void signsWhatGoesToStandardOutput() throws Exception {
    Path key = key();
    try (Victim victim = Victim.program(Account.SELF, "steps", "any");
        Tool tool = Tool.start(Account.SELF, "dump", victim.pid(), "-o", "-", "--sign", key)) {
      tool.await().assertExit(0);
      Tool.run(Account.SELF, "restore", "--verify", tool.outFile(), "--trust", publicOf(key))
          .assertExit(0);
    }
  }

  /** Each image is signed; those below it are known by its root. */
  @Test
  void imagesThatContinueOthersAreSigned() throws Exception {
    Path key = key();
    Path images = Stage.folder("images");
    String name = images + "/%C";
    Tool.run(Account.SELF, "run", "--every", "300ms", "--sign", key, "-o", name, "sleep", "4")
        .assertExit(0);
    Path second = images.resolve("1");
    String chain = Tool.run(Account.SELF, "check", second).assertExit(0).out();
    assertEquals(2, chain.lines().filter(line -> line.contains("signed by ")).count(), chain);
    for (Path trusted : List.of(key, key())) {
      Outcome outcome =
          Tool.run(Account.SELF, "restore", "--verify", second, "--trust", publicOf(trusted));
      assertEquals(trusted.equals(key), !outcome.out().contains("AU-IMG-06"), outcome::toString);
    }
  }

  @Test
  void aKeyThatOthersMayReadIsRefusedBeforeTheProgramIsTouched() throws Exception {
    Path key = key();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Path folder = Stage.folder("image");
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path image = folder.resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image, "--kill", "--sign", key)
          .assertExit(2)
          .assertSays("chmod 600");
      assertTrue(victim.task().isAlive());
      assertEquals(List.of(), RefusalTest.list(folder));
    }
  }
}

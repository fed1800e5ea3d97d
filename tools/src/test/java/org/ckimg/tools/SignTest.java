package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ckimg.tools.text.Style;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, and images that are signed and trusted. */
class SignTest {
  /** SHA-256 of the first public key of RFC 8032, section 7.1, which signs the sample. */
  static final String FINGERPRINT =
      "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9";

  @TempDir Path folder;
  private String key;
  private String image;
  private String signed;

  @BeforeEach
  void makeKeyAndImage() {
    key = path("key");
    assertEquals(0, new Cli().run("key", "generate", key).code());
    image = Cli.write(folder, "plain", Cli.sample("process")).toString();
    signed = path("signed");
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Cli.Result sign() {
    return new Cli().run("sign", image, "-o", signed, "--key", key);
  }

  private static String fingerprint(String file) {
    String out = new Cli().run("key", "show", file).out();
    assertTrue(
        out.matches("fingerprint [0-9a-f]{64}\npublic key  [0-9a-f]{64}\n"), "key show: " + out);
    return out.substring("fingerprint ".length(), "fingerprint ".length() + 64);
  }

  private static void assertOneLine(int code, String text, Cli.Result result) {
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(text), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @Test
  void bothHalvesOfAKeyHaveOneFingerprint() throws IOException {
    assertEquals(fingerprint(key), fingerprint(key + ".pub"));
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(key)));
    assertEquals("rw-------", mode);
  }

  @Test
  void aKeyIsNeverOverwritten() throws IOException {
    byte[] before = Files.readAllBytes(Path.of(key));
    assertOneLine(
        4, key + " is there, and is not overwritten", new Cli().run("key", "generate", key));
    Files.delete(Path.of(key));
    assertOneLine(4, key + ".pub is there", new Cli().run("key", "generate", key));
    assertFalse(Files.exists(Path.of(key)));
    assertTrue(before.length > 0);
  }

  @Test
  void keyAloneIsWrongUsage() {
    assertEquals(2, new Cli().run("key").code());
    assertEquals(2, new Cli().run("key", "burn").code());
  }

  @Test
  void aMissingKeyIsNamed() {
    assertOneLine(
        4,
        "open of " + path("none") + ": ENOENT",
        new Cli().run("sign", image, "-o", signed, "--key", path("none")));
    String pid = Long.toString(ProcessHandle.current().pid());
    assertOneLine(4, "ENOENT", new Cli().run("dump", pid, "--sign", path("none")));
  }

  @Test
  void theSignedCopyDiffersInTheSlotAndTheChecksumOnly() throws IOException {
    Cli.Result result = sign();
    assertEquals(0, result.code(), result.err());
    byte[] before = Files.readAllBytes(Path.of(image));
    byte[] after = Files.readAllBytes(Path.of(signed));
    assertEquals(before.length, after.length);
    int footer = before.length - 256;
    Arrays.fill(before, footer + 64, footer + 168, (byte) 0);
    Arrays.fill(after, footer + 64, footer + 168, (byte) 0);
    Arrays.fill(before, footer + 240, footer + 244, (byte) 0);
    Arrays.fill(after, footer + 240, footer + 244, (byte) 0);
    assertArrayEquals(before, after);
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(signed)));
    assertEquals("rw-------", mode);
  }

  @Test
  void checkAndInspectSayWhoSigned() {
    sign();
    String by = "signed by " + fingerprint(key);
    Cli.Result result = new Cli().run("check", signed);
    assertEquals(0, result.code(), result.out());
    assertTrue(result.out().contains(by), result.out());
    result = new Cli().run("inspect", signed);
    assertTrue(result.out().contains("by " + fingerprint(key)), result.out());
  }

  @Test
  void anotherSignatureIsReplacedAndThatIsSaid() {
    image = Cli.write(folder, "by-others", Cli.sample("signed")).toString();
    Cli.Result result = sign();
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("replaced the signature by " + FINGERPRINT), result.err());
    assertTrue(new Cli().run("check", signed).out().contains(fingerprint(key)));
  }

  @Test
  void anImageThatIsNotSoundIsNotSigned() throws IOException {
    byte[] bytes = Cli.sample("process");
    bytes[300] ^= 1;
    Files.write(Path.of(image), bytes);
    Cli.Result result = sign();
    assertEquals(3, result.code());
    assertTrue(result.err().contains("CK-SEC-08"), result.err());
    assertTrue(result.err().contains("nothing was written"), result.err());
    assertFalse(Files.exists(Path.of(signed)));
  }

  @Test
  void theImageItselfIsNotOverwritten() throws IOException {
    Files.createLink(folder.resolve("same"), Path.of(image));
    for (String name : new String[] {image, path("same"), folder + "/./plain.ckimg"}) {
      assertOneLine(2, "never overwritten", new Cli().run("sign", image, "-o", name, "--key", key));
    }
    assertArrayEquals(Cli.sample("process"), Files.readAllBytes(Path.of(image)));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(4, files.count());
    }
  }

  @Test
  void signsStandardInput() throws IOException {
    Cli.Result result =
        new Cli(Cli.sample("process"), Style.PLAIN).run("sign", "-", "-o", signed, "--key", key);
    assertEquals(0, result.code(), result.err());
    assertEquals(0, new Cli().run("check", signed).code());
  }

  @Test
  void aTamperedSignatureIsNoSoundImage() throws IOException {
    sign();
    byte[] bytes = Files.readAllBytes(Path.of(signed));
    bytes[bytes.length - 256 + 104] ^= 1;
    Files.write(Path.of(signed), bytes);
    Cli.Result result = new Cli().run("restore", signed, "--trust", key + ".pub");
    assertEquals(3, result.code());
    assertTrue(result.err().contains("CK-FTR"), result.err());
  }

  @Test
  void withTrustAnUnsignedImageIsRefused() {
    Cli.Result result = new Cli().run("restore", image, "--trust", key + ".pub");
    assertEquals(1, result.code(), result.err());
    assertTrue(result.err().contains("AU-IMG-06"), result.err());
    assertTrue(result.err().contains("is not signed"), result.err());
  }

  @Test
  void withTrustAStrangersImageIsRefusedForThatAlone() {
    image = Cli.write(folder, "by-others", Cli.sample("signed")).toString();
    Cli.Result result = new Cli().run("restore", "--verify", image, "--trust", key + ".pub");
    assertEquals(1, result.code(), result.err());
    assertTrue(result.out().contains("is signed by " + FINGERPRINT), result.out());
    assertEquals(1, result.out().lines().filter(l -> l.contains("AU-")).count(), result.out());
  }

  @Test
  void oneOfSeveralTrustedKeysIsEnough() {
    sign();
    String other = path("other");
    new Cli().run("key", "generate", other);
    Cli.Result result =
        new Cli()
            .run("restore", "--verify", signed, "--trust", other + ".pub", "--trust", key + ".pub");
    assertFalse(result.out().contains("AU-IMG-06"), result.out());
    assertTrue(result.out().contains("AU-"), result.out());
  }

  @Test
  void onlyAPublicKeyCanBeTrusted() {
    assertOneLine(2, "is a private key", new Cli().run("restore", image, "--trust", key));
  }
}

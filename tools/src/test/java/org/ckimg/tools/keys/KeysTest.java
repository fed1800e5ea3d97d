package org.ckimg.tools.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.ckimg.spec.model.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key files; the key is the first one of RFC 8032, section 7.1, as OpenSSL writes it. */
class KeysTest {
  private static final String PRIVATE =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
      -----END PRIVATE KEY-----
      """;
  private static final String PUBLIC =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
      -----END PUBLIC KEY-----
      """;
  private static final String X25519 =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
      -----END PUBLIC KEY-----
      """;
  private static final String RAW =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  @TempDir Path folder;

  private Path file(String text, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private void assertNoKey(String message, String text) throws IOException {
    Path file = file(text, "rw-------");
    for (boolean secret : new boolean[] {true, false}) {
      KeyException e =
          assertThrows(
              KeyException.class,
              () -> {
                if (secret) {
                  SecretKey.read(file);
                } else {
                  TrustedKey.read(file);
                }
              });
      assertTrue(e.getMessage().contains(message), e.getMessage());
    }
  }

  private static String hex(Bytes key) {
    return HexFormat.of().formatHex(key.toArray());
  }

  @Test
  void thePublicKeyFollowsFromThePrivateOne() throws IOException {
    assertEquals(RAW, hex(SecretKey.read(file(PRIVATE, "rw-------")).publicKey()));
    assertEquals(RAW, hex(TrustedKey.read(file(PUBLIC, "rw-r--r--"))));
    assertEquals(RAW, hex(KeyFile.publicKey(file(PRIVATE, "r--------"))));
    assertEquals(RAW, hex(KeyFile.publicKey(file("a comment\n" + PUBLIC, "rw-rw-rw-"))));
  }

  /** The first test of RFC 8032, section 7.1: the empty message. */
  @Test
  void signsAsTheStandardSays() throws IOException {
    assertEquals(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        HexFormat.of().formatHex(SecretKey.read(file(PRIVATE, "rw-------")).sign(new byte[0])));
  }

  @Test
  void aPrivateKeyThatOthersMayUseIsRefused() throws IOException {
    for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
      Path file = file(PRIVATE, mode);
      for (boolean show : new boolean[] {true, false}) {
        KeyException e =
            assertThrows(
                KeyException.class,
                () -> {
                  if (show) {
                    KeyFile.publicKey(file);
                  } else {
                    SecretKey.read(file);
                  }
                });
        assertTrue(e.getMessage().contains("chmod 600"), e.getMessage());
      }
    }
  }

  @Test
  void theOtherHalfIsNoKey() throws IOException {
    Path secret = file(PRIVATE, "rw-------");
    assertThrows(KeyException.class, () -> TrustedKey.read(secret));
    Path open = file(PUBLIC, "rw-------");
    assertThrows(KeyException.class, () -> SecretKey.read(open));
  }

  @Test
  void otherFilesAreNoKeys() throws IOException {
    assertNoKey("holds no PEM blocks", "hello");
    assertNoKey("holds 2 PEM blocks", PUBLIC + PUBLIC);
    assertNoKey("is not Base64", PRIVATE.replace("MC4CAQ", "MC4CA="));
    assertNoKey("holds a CERTIFICATE", PUBLIC.replace("PUBLIC KEY", "CERTIFICATE"));
    Path other = file(X25519, "rw-------");
    assertTrue(
        assertThrows(KeyException.class, () -> TrustedKey.read(other))
            .getMessage()
            .endsWith("holds no Ed25519 key"));
    Path garbage = file(PRIVATE.replace("MC4CAQ", "MC5CAQ"), "rw-------");
    assertThrows(KeyException.class, () -> SecretKey.read(garbage));
    Path encrypted = file(PRIVATE.replace("PRIVATE", "ENCRYPTED PRIVATE"), "rw-------");
    assertTrue(
        assertThrows(KeyException.class, () -> SecretKey.read(encrypted))
            .getMessage()
            .contains("without a password"));
  }

  @Test
  void aNewKeyIsReadAgain() throws IOException {
    Path file = folder.resolve("new");
    Path publicFile = folder.resolve("new.pub");
    Bytes key = SecretKey.generate(file, publicFile).publicKey();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(key, SecretKey.read(file).publicKey());
    assertEquals(key, TrustedKey.read(publicFile));
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path file = folder.resolve("new");
    Path publicFile = Files.writeString(folder.resolve("new.pub"), "precious");
    assertThrows(FileAlreadyExistsException.class, () -> SecretKey.generate(file, publicFile));
    assertEquals("precious", Files.readString(publicFile));
    assertFalse(Files.exists(file));
  }

  @Test
  void textIsThatOfOpenSsl() throws IOException {
    assertEquals(PUBLIC, Pem.read(file(PUBLIC, "rw-------")).text());
    assertEquals(PRIVATE, Pem.read(file(PRIVATE, "rw-------")).text());
  }
}

package org.ckimg.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The standards that samples lean on. */
class SignerTest {
  @Test
  void theKeyIsThatOfTheRfc() {
    assertEquals(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        HexFormat.of().formatHex(new Signer().publicKey()));
  }

  @Test
  void checksumsAreThoseOfTheStandards() {
    byte[] text = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertEquals(0xe3069283, Hashes.crc32c(text, 0, text.length));
    assertEquals(16, Hashes.tag("root").length);
  }
}

package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ckimg.tools.text.Style;
import org.junit.jupiter.api.Test;

class CheckTest {
  private static Cli.Result check(byte[] image) {
    return new Cli(image, Style.PLAIN).run("check", "-");
  }

  @Test
  void aSoundImageHasOneLineWithItsIdentity() {
    Cli.Result result = check(Cli.sample("process"));
    assertEquals(0, result.code(), result.err());
    assertTrue(
        result.out().matches("standard input: sound, identity [0-9a-f]{64}\n"), result.out());
  }

  @Test
  void aSignatureIsNamed() {
    Cli.Result result = check(Cli.sample("signed"));
    assertTrue(
        result.out().endsWith("\nstandard input: signed by " + SignTest.FINGERPRINT + "\n"),
        result.out());
  }

  @Test
  void everyBrokenRuleIsListed() {
    byte[] image = Cli.sample("process");
    image[300] ^= 1;
    image[image.length - 100] ^= 1;
    Cli.Result result = check(image);
    assertEquals(3, result.code());
    assertTrue(result.out().contains("standard input: CK-SEC-08: "), result.out());
    assertTrue(result.out().contains("standard input: CK-FTR-06: "), result.out());
    assertTrue(result.out().contains("not sound, 2 findings\n"), result.out());
  }

  @Test
  void aTextIsNoImage() {
    Cli.Result result =
        check("x".repeat(1000).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertEquals(3, result.code());
    assertTrue(result.out().contains("CK-HDR-02: header+0x0: "), result.out());
  }
}

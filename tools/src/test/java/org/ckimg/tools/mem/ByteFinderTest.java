package org.ckimg.tools.mem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteFinderTest {
  /** Few different bytes, so that nearly every place looks right; the highest bit too. */
  @Test
  void findsWhatAStringFinds() {
    long seed = 42;
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = random(random, random.nextInt(80));
      byte[] wanted = random(random, 1 + random.nextInt(12));
      int length = random.nextInt(bytes.length + 1);
      int from = random.nextInt(length + 1);
      int expected = text(bytes, length).indexOf(text(wanted, wanted.length), from);
      assertEquals(expected, new ByteFinder(wanted).indexOf(bytes, length, from), "round " + round);
    }
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (0x7f + random.nextInt(3));
    }
    return bytes;
  }

  private static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}

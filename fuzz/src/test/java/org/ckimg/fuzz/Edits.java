package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Samples;

/**
 * Sound images with some fields changed and every checksum made right again: what lies behind the
 * checksums is what is tried.
 */
final class Edits {
  private static final int LARGE = 1 << 16;
  private static final List<byte[]> BASES =
      Samples.all().entrySet().stream()
          .map(sample -> sample.getValue().get().build().bytes())
          .filter(image -> image.length < LARGE)
          .toList();

  private static final int HEADER = 128;
  private static final int FOOTER = 256;
  private static final int MAX_EDITS = 6;

  private Edits() {}

  /** An image that the fuzzer has chosen and changed. */
  static byte[] image(FuzzedDataProvider data) {
    byte[] base = BASES.get(data.consumeInt(0, BASES.size() - 1));
    Image image = Image.of(base);
    List<String> names = image.names();
    int edits = data.consumeInt(0, MAX_EDITS);
    for (int i = 0; i < edits; i++) {
      if (names.isEmpty() || data.consumeBoolean()) {
        bytes(data, image, base.length);
      } else {
        field(data, image, names.get(data.consumeInt(0, names.size() - 1)));
      }
    }
    return image.bytes();
  }

  private static void bytes(FuzzedDataProvider data, Image image, int length) {
    int at = data.consumeInt(HEADER, length - FOOTER - 1);
    byte[] value = data.consumeBytes(Math.min(Long.BYTES, length - FOOTER - at));
    image.set(at, value);
  }

  /** A named field gets a limit or any value. */
  private static void field(FuzzedDataProvider data, Image image, String name) {
    int size = image.size(name);
    if (size > Long.BYTES) {
      image.set(name, data.consumeBytes(size));
      return;
    }
    long max = size == Long.BYTES ? -1 : (1L << Byte.SIZE * size) - 1;
    long now = image.get(name);
    image.set(
        name,
        switch (data.consumeInt(0, 6)) {
          case 0 -> 0;
          case 1 -> 1;
          case 2 -> max;
          case 3 -> max >>> 1;
          case 4 -> now + 1 & max;
          case 5 -> now - 1 & max;
          default -> data.consumeLong() & max;
        });
  }
}

package org.ckimg.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplesTest {
  @ParameterizedTest
  @EnumSource
  void recordsHaveTheirSize(Table table) {
    int bytes = table.fields().stream().mapToInt(Table.Field::bytes).sum();
    assertEquals(table.recordBytes(), bytes);
  }

  @Test
  void samplesAreTheSameEveryTime() {
    Samples.all()
        .forEach((name, sample) ->
            assertArrayEquals(sample.get().build().bytes(), sample.get().build().bytes(), name));
  }

  @Test
  void sealingAgainChangesNothing() {
    Samples.all()
        .forEach((name, sample) -> {
          byte[] image = sample.get().build().bytes();
          assertArrayEquals(image, Image.of(image).bytes(), name);
        });
  }

  @Test
  void aLieStaysAndItsChecksumsFollow() {
    Image image = Samples.tables().build();
    byte[] sound = image.bytes();
    image.set("VMAS/0/num_pages", 3);
    byte[] lying = image.bytes();
    assertEquals(3, image.get("VMAS/0/num_pages"));
    int changed = 0;
    for (int i = 0; i < sound.length; i++) {
      changed += sound[i] == lying[i] ? 0 : 1;
    }
    assertTrue(changed > 60, "meta, head, leaf, directory, root, footer: " + changed);
    assertArrayEquals(
        Corruptions.overwriteAndSeal(sound, image.offset("VMAS/0/num_pages"), (byte) 3), lying);
  }

  @Test
  void aCutIsClosedByADirectoryAndAFooterThatFit() {
    Image image = Samples.tables().build();
    byte[] sound = image.bytes();
    int directory = (int) image.get("footer/directory_offset");
    for (int i = 0; i < directory - Span.HEADER; i++) {
      byte[] cut = Corruptions.cutAndSeal(sound, i);
      assertArrayEquals(cut, Image.of(cut).bytes(), "every checksum fits, cut at " + i);
      assertTrue(cut.length <= sound.length, "cut at " + i);
      assertTrue(i > directory - Span.HEADER - 64 || !Arrays.equals(sound, cut), "cut at " + i);
    }
    assertArrayEquals(sound, Corruptions.cutAndSeal(sound, directory - Span.HEADER));
    int withoutAnEntry = Corruptions.sealedCuts(sound) - Sealer.ENTRY;
    assertTrue(Corruptions.cutAndSeal(sound, withoutAnEntry).length < sound.length);
  }

  @Test
  void twoPartsDoNotFitIntoOne() {
    Image image = Samples.multiPart().build();
    long first = image.get("PROCESSES/head/len_meta");
    long second = image.get("PROCESSES#2/head/len_meta");
    assertTrue(first <= 1 << 24 && second <= 1 << 24 && first + second > 1 << 24);
    assertEquals(5, image.get("directory/PROCESSES/flags"));
    assertEquals(1, image.get("directory/PROCESSES#2/flags"));
  }
}

package org.ckimg.interop.dragonfly;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.MemorySource;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.testkit.dragonfly.CheckpointBuilder;
import org.ckimg.testkit.dragonfly.CheckpointFile;
import org.ckimg.testkit.dragonfly.Checkpoints;
import org.junit.jupiter.api.Test;

/**
 * Damaged checkpoints: a sound model or an exception of the family, whatever the damage. The tests
 * have a heap of 256 MiB, so that a number that is believed shows.
 */
class DragonflySweepTest {
  private static final long SEED = 20_030_914;
  private static final int[] WORDS = {0, 1, 0x7f, 0xffff, 0x7fffffff, 0x80000000, -1, -4096};

  private final Map<String, Integer> outcomes = new TreeMap<>();

  @Test
  void damageIsRefusedOrHarmless() {
    System.out.println("seed " + SEED);
    CheckpointFile whole = Checkpoints.process().thread(9, 9).build();
    byte[] good = whole.build();
    int records = whole.at("padding");
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          for (int cut = 0; cut < good.length; cut += cut < records ? 1 : 97) {
            open(Arrays.copyOf(good, cut));
          }
          for (int at = 0; at < records; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << at % 8);
            open(bad);
          }
          for (int at = 0; at + 4 <= records; at += 4) {
            for (int word : WORDS) {
              byte[] bad = good.clone();
              for (int i = 0; i < 4; i++) {
                bad[at + i] = (byte) (word >>> 8 * i);
              }
              open(bad);
            }
          }
          mix(good, records);
        });
    System.out.println("damaged checkpoints: " + outcomes);
    assertTrue(outcomes.get("sound") > 1000, outcomes.toString());
    assertTrue(outcomes.get("CK-DFL-05") > 1000, outcomes.toString());
    assertTrue(outcomes.get("CK-DFL-03") > 100, outcomes.toString());
    assertTrue(outcomes.get("CK-COR-05") > 10, outcomes.toString());
  }

  private void mix(byte[] good, int records) {
    Random random = new Random(SEED);
    for (int round = 0; round < 4000; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i <= random.nextInt(6); i++) {
        int at = random.nextInt(records - 8);
        Arrays.fill(bad, at, at + 1 + random.nextInt(8), (byte) random.nextInt(256));
      }
      open(bad);
    }
  }

  private void open(byte[] bad) {
    MemorySource source = new MemorySource("damaged", bad);
    try {
      if (!DragonflyImages.recognise(source)) {
        outcomes.merge("not recognised", 1, Integer::sum);
        return;
      }
      try (ForeignImage image = DragonflyImages.open(source)) {
        image.checkpoint().hashCode();
        image.annexes().hashCode();
        touch(image);
        outcomes.merge(image.findings().isEmpty() ? "sound" : "reported", 1, Integer::sum);
      }
    } catch (ImageException e) {
      outcomes.merge(e.finding().rule().id(), 1, Integer::sum);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void touch(ForeignImage image) throws IOException {
    PageRuns pages = image.checkpoint().memory().pages(1);
    MemorySegment into = MemorySegment.ofArray(new byte[CheckpointBuilder.PAGE]);
    for (int run = 0; run < pages.size(); run++) {
      image.checkpoint().memory().read(1, pages.first(run), 1, into);
      image.checkpoint().memory().read(1, pages.end(run) - 1, 1, into);
    }
  }
}

package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Damaged images: a sound model or an exception of the family, whatever the damage. The tests have
 * a heap of 256 MiB, so that a number that is believed shows.
 */
class SweepTest {
  private static final int FLIPS = 120;
  private static final int MAX_CUTS = 60;

  /** Each of so many sound models is written. */
  private static final int REWRITTEN = 16;

  private final byte[] page = new byte[1 << 16];
  private int sound;
  private int refused;
  private int written;

  @Test
  void damageIsRefusedOrHarmless() {
    Assertions.assertTimeout(
        Duration.ofMinutes(5),
        () -> {
          for (String name :
              List.of(
                  "s03_pipe",
                  "s04_tcp",
                  "s05_unix",
                  "s06_shm",
                  "s07_deleted",
                  "s09_evfds",
                  "s12_podman")) {
            sweep(Sample.of(name));
          }
        });
    System.out.printf(
        "damaged sets: %d refused, %d with a sound model, %d of them written again%n",
        refused, sound, written);
    assertTrue(refused > 1000 && sound > 1000 && written > 100);
  }

  private void sweep(Sample sample) throws IOException {
    Random random = new Random(sample.name().hashCode());
    for (String image : sample.folder("img").names()) {
      byte[] good = sample.folder("img").bytes(image);
      if (!image.startsWith("pages-")) {
        for (int cut = 0; cut < good.length; cut += Math.max(1, good.length / MAX_CUTS)) {
          open(sample, image, Arrays.copyOf(good, cut));
        }
        for (int flip = 0; flip < FLIPS / 10 + Math.min(FLIPS, good.length); flip++) {
          byte[] bad = good.clone();
          bad[random.nextInt(Math.min(bad.length, 4096))] ^= (byte) (1 << random.nextInt(8));
          open(sample, image, bad);
        }
        raise(sample, image, good, random);
      } else {
        open(sample, image, Arrays.copyOf(good, good.length - 1));
      }
    }
  }

  /** Whole bytes and words at their limits, where lengths, counts and offsets stand. */
  private void raise(Sample sample, String image, byte[] good, Random random) throws IOException {
    byte[] values = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff};
    for (int i = 0; i < 25; i++) {
      byte[] bad = good.clone();
      int at = random.nextInt(Math.min(bad.length, 1024));
      int length = 1 + random.nextInt(10);
      Arrays.fill(
          bad, at, Math.min(bad.length, at + length), values[random.nextInt(values.length)]);
      open(sample, image, bad);
    }
  }

  private void open(Sample sample, String image, byte[] bad) throws IOException {
    MemoryFolder folder = sample.folder("img").put(image, bad);
    try (ForeignImage opened = CriuImages.open(folder)) {
      opened.checkpoint().hashCode();
      for (MemoryObject object : opened.checkpoint().objects()) {
        touch(opened, object.id());
      }
      if (sound++ % REWRITTEN == 0) {
        rewrite(opened);
      }
    } catch (ImageException e) {
      assertTrue(e.getMessage().startsWith("CK-CRI-"), e.getMessage());
      refused++;
    }
  }

  /** What was sound enough to be read is written, or something of it is refused by name. */
  private void rewrite(ForeignImage image) throws IOException {
    try {
      WriterTest.write(image.checkpoint());
      written++;
    } catch (UnsupportedImageException e) {
      assertEquals(CriuRule.DEMANDED, e.finding().rule());
    }
  }

  /** The first and last page of each object. */
  private void touch(ForeignImage image, int object) throws IOException {
    PageRuns pages = image.checkpoint().memory().pages(object);
    if (pages.size() > 0) {
      MemorySegment into = MemorySegment.ofArray(page);
      image.checkpoint().memory().read(object, pages.first(0), 1, into);
      image.checkpoint().memory().read(object, pages.end(pages.size() - 1) - 1, 1, into);
    }
  }
}

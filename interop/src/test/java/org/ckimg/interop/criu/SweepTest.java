package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Damaged images: a sound model or an exception of the family, whatever the damage. The tests have
 * a heap of 128 MiB, so that a number that is believed shows.
 */
class SweepTest {
  private static final int FLIPS = 120;
  private static final int MAX_CUTS = 60;
  private final byte[] page = new byte[1 << 16];
  private int sound;
  private int refused;

  @Test
  void damageIsRefusedOrHarmless() {
    Assertions.assertTimeout(
        Duration.ofMinutes(3),
        () -> {
          for (String name :
              List.of(
                  "s03_pipe", "s05_unix", "s06_shm", "s07_deleted", "s09_evfds", "s12_podman")) {
            sweep(Sample.of(name));
          }
        });
    System.out.printf("damaged sets: %d refused, %d with a sound model%n", refused, sound);
    assertTrue(refused > 1000 && sound > 1000);
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
      opened.checkpoint().processes().forEach(process -> process.toString());
      for (MemoryObject object : opened.checkpoint().objects()) {
        touch(opened, object.id());
      }
      sound++;
    } catch (ImageException e) {
      assertTrue(e.getMessage().startsWith("CK-CRI-"), e.getMessage());
      refused++;
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

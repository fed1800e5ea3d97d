package org.ckimg.interop.archive;

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
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.testkit.archive.ContainerArchives;
import org.ckimg.testkit.archive.Packing;
import org.ckimg.testkit.archive.TarBuilder;
import org.junit.jupiter.api.Test;

/**
 * Damaged archives: a sound model or an exception of the family, whatever the damage. The tests
 * have a heap of 256 MiB, so that a number that is believed shows.
 */
class ArchiveSweepTest {
  private static final long SEED = 20_261_122;
  private static final int CUTS = 60;
  private static final int FLIPS = 250;

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final byte[] page = new byte[1 << 16];

  /** A small set: that of Podman's own archive. */
  private static byte[] tar() {
    return ContainerArchives.tar(ContainerArchives.podman(Archives.images("s12_podman")));
  }

  @Test
  void damageIsRefusedOrHarmless() {
    System.out.println("seed " + SEED);
    assertTimeoutPreemptively(
        Duration.ofMinutes(3),
        () -> {
          byte[] tar = tar();
          for (Packing packing : Packing.values()) {
            sweep(packing, packing.pack(tar));
          }
          headers(tar);
          layouts();
        });
    System.out.println("damaged archives: " + outcomes);
    assertTrue(outcomes.get("sound") > 100, outcomes.toString());
    assertTrue(outcomes.get("CK-ARC-01") > 100, outcomes.toString());
    assertTrue(outcomes.get("CK-ARC-02") > 10, outcomes.toString());
    assertTrue(outcomes.get("CK-ARC-08") > 10, outcomes.toString());
    assertTrue(outcomes.get("CK-ARC-12") > 10, outcomes.toString());
  }

  private void sweep(Packing packing, byte[] good) {
    Random random = new Random(SEED + packing.ordinal());
    for (int cut = 0; cut < CUTS; cut++) {
      open(Arrays.copyOf(good, random.nextInt(good.length)));
    }
    for (int flip = 0; flip < FLIPS; flip++) {
      byte[] bad = good.clone();
      // Half of it where the headers of the codecs are.
      int range = flip % 2 == 0 ? Math.min(100, bad.length) : bad.length;
      for (int i = random.nextInt(3); i >= 0; i--) {
        bad[random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
      }
      open(bad);
    }
  }

  /** Fields of headers that lie under a checksum that fits. */
  private void headers(byte[] good) {
    Random random = new Random(SEED);
    byte[] values = {0, ' ', '0', '7', '9', 'x', '/', '.', (byte) 0x80, (byte) 0xff};
    for (int round = 0; round < 4 * FLIPS; round++) {
      byte[] bad = good.clone();
      int at = header(bad, random.nextInt(12));
      int field = random.nextInt(345);
      int length = 1 + random.nextInt(round % 2 == 0 ? 1 : 12);
      Arrays.fill(bad, at + field, at + field + length, values[random.nextInt(values.length)]);
      if (round % 3 == 0) {
        bad[at + 156] = (byte) "0123456xgLKSVDM7".charAt(random.nextInt(16));
      }
      TarBuilder.seal(bad, at);
      open(bad);
    }
  }

  /** Where the header with this number lies. */
  private static int header(byte[] tar, int number) {
    int at = 0;
    for (int i = 0; i < number; i++) {
      at = TarBuilder.next(tar, at);
    }
    return at;
  }

  /** What describes an OCI image, and what it describes. */
  private void layouts() {
    Random random = new Random(SEED);
    byte[] layer = tar();
    for (int round = 0; round < FLIPS / 2; round++) {
      Map<String, byte[]> files =
          ContainerArchives.layout(layer, "application/vnd.oci.image.layer.v1.tar");
      Object[] names = files.keySet().toArray();
      byte[] bad = files.get((String) names[random.nextInt(names.length)]);
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      layer = bad.length == layer.length ? tar() : layer;
      open(ContainerArchives.tar(files));
    }
  }

  private void open(byte[] bad) {
    if (!Archives.recognise(bad)) {
      outcomes.merge("not recognised", 1, Integer::sum);
      return;
    }
    try (ForeignImage opened = Archives.open(bad)) {
      opened.checkpoint().hashCode();
      opened.annexes().hashCode();
      for (MemoryObject object : opened.checkpoint().objects()) {
        touch(opened, object.id());
      }
      outcomes.merge(opened.findings().isEmpty() ? "sound" : "reported", 1, Integer::sum);
    } catch (ImageException e) {
      outcomes.merge(e.finding().rule().id(), 1, Integer::sum);
    } catch (IOException e) {
      throw new AssertionError(e);
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

package org.ckimg.interop.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.MemorySource;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.PageRuns;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged cores: a sound model or an exception of the family, whatever the damage. The tests have a
 * heap of 256 MiB, so that a number that is believed shows.
 */
class CoreSweepTest {
  private static final int SEED = 20;
  private static final int HEADERS = 2048;
  private static final int NOTES = 16384;
  private static final long[] LIMITS = {
    0,
    1,
    0xffff,
    0x7fffffffL,
    0x80000000L,
    0xffffffffL,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  private final MemorySegment page = MemorySegment.ofArray(new byte[1 << 16]);
  private int sound;
  private int refused;
  private int partial;
  private boolean lastComplete;

  @ParameterizedTest
  @EnumSource
  void damageIsRefusedOrHarmless(CoreSample sample) {
    Assertions.assertTimeout(
        Duration.ofMinutes(2),
        () -> {
          byte[] good = sample.bytes();
          cut(good);
          flip(good);
          raise(good);
        });
    System.out.printf(
        "damaged cores of %s, seed %d: %d refused, %d read, %d of them as cut short%n",
        sample, SEED, refused, sound, partial);
    assertTrue(refused > 300 && sound > 1000 && partial > 200);
  }

  /** At every length of the headers, and at many of the rest. */
  private void cut(byte[] good) throws IOException {
    // What gdb writes behind the last segment, sections and their names, says nothing new.
    long end = end(good);
    for (int length = 0; length < end; length += length < HEADERS ? 1 : 4999) {
      if (open(Arrays.copyOf(good, length))) {
        assertFalse(lastComplete, "cut to " + length + " bytes");
      }
    }
  }

  private static long end(byte[] core) throws IOException {
    return ElfFile.read(new MemorySource("core", core)).programs().stream()
        .mapToLong(program -> program.offset() + program.fileBytes())
        .max()
        .orElseThrow();
  }

  private void flip(byte[] good) throws IOException {
    Random random = new Random(SEED);
    for (int at = 0; at < NOTES; at += at < HEADERS ? 1 : 11) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      open(bad);
    }
  }

  /** Words at their limits. */
  private void raise(byte[] good) throws IOException {
    Random random = new Random(SEED);
    for (int at = 0; at < NOTES; at += at < HEADERS ? 4 : 32) {
      byte[] bad = good.clone();
      ByteBuffer words = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
      long limit = LIMITS[random.nextInt(LIMITS.length)];
      if (random.nextBoolean()) {
        words.putLong(at, limit);
      } else {
        words.putInt(at, (int) limit);
      }
      open(bad);
    }
  }

  private boolean open(byte[] bad) throws IOException {
    try (ForeignImage image = CoreSample.open(bad)) {
      image.checkpoint().hashCode();
      PageRuns pages = image.checkpoint().memory().pages(SegmentMemory.OBJECT);
      if (pages.size() > 0) {
        image.checkpoint().memory().read(SegmentMemory.OBJECT, pages.first(0), 1, page);
        long last = pages.end(pages.size() - 1) - 1;
        image.checkpoint().memory().read(SegmentMemory.OBJECT, last, 1, page);
      }
      lastComplete = image.complete();
      sound++;
      partial += lastComplete ? 0 : 1;
      return true;
    } catch (ImageException e) {
      assertTrue(e.getMessage().startsWith("CK-COR-"), e.getMessage());
      refused++;
      return false;
    }
  }
}

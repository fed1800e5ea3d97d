package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.ckimg.reader.ImageReader;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;

/** What may come of an image that somebody has changed. */
final class Judgement {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long BASE = 64L << 20;
  private static final int PER_BYTE = 64;

  private Judgement() {}

  /**
   * Reads an image in every way there is.
   *
   * @return true when it is sound, false when it was refused with a rule
   */
  static boolean of(byte[] image, Path file, Supplier<String> what) throws IOException {
    try {
      long before = THREADS.getTotalThreadAllocatedBytes();
      boolean read = isRead(file, ImageReader::open);
      long allocated = THREADS.getTotalThreadAllocatedBytes() - before;
      assertTrue(allocated < BASE + (long) PER_BYTE * image.length, () -> allocated + " bytes");
      boolean sound = Agreement.withWitness(image, file);
      assertTrue(read || !sound, "sound, and not read");
      return sound;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(what.get() + ": " + e, e);
    }
  }

  /** Opens a file. */
  @FunctionalInterface
  interface Opener {
    ImageReader open(Path file) throws IOException;
  }

  /** True when everything is read, up to pages that only a parent has. */
  static boolean isRead(Path file, Opener opener) throws IOException {
    try (ImageReader reader = opener.open(file)) {
      Touch.all(reader.checkpoint());
      return true;
    } catch (ImageException e) {
      return e.finding().rule() == Rule.CHN_01;
    }
  }
}

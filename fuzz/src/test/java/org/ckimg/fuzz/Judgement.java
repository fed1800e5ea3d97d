package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.ImageException;

/** What may come of an image that somebody has changed. */
final class Judgement {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * Of golden images, sound and damaged, a reading takes 0.9 MB at most, whatever their size. A lie
   * that is believed takes more: a section may be of 16 MiB.
   */
  private static final long BASE = 4L << 20;

  private static final int PER_BYTE = 8;

  private Judgement() {}

  /**
   * Reads an image in every way there is.
   *
   * @return true when it is sound, false when it was refused with a rule
   */
  static boolean of(byte[] image, Path file, Supplier<String> what) throws IOException {
    try {
      boolean read = bounded(image.length, () -> isRead(file, ImageReader::open));
      Verdict verdict = bounded(image.length, () -> ImageVerifier.verify(file, Depth.FULL));
      boolean sound = Agreement.withWitness(image, file, verdict);
      assertTrue(read || !sound, "sound, and not read");
      return sound;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(what.get() + ": " + e, e);
    }
  }

  /** Looks at a file. */
  @FunctionalInterface
  private interface Look<T> {
    T look() throws IOException;
  }

  /**
   * Allocates, in all threads, no more than the bytes of the image account for. What took more is
   * looked at once more: classes that are loaded by the first look are instrumented in this virtual
   * machine.
   */
  private static <T> T bounded(int length, Look<T> look) throws IOException {
    long most = BASE + (long) PER_BYTE * length;
    long before = THREADS.getTotalThreadAllocatedBytes();
    T seen = look.look();
    if (THREADS.getTotalThreadAllocatedBytes() - before >= most) {
      before = THREADS.getTotalThreadAllocatedBytes();
      look.look();
      long allocated = THREADS.getTotalThreadAllocatedBytes() - before;
      assertTrue(allocated < most, () -> allocated + " bytes");
    }
    return seen;
  }

  /** Opens a file. */
  @FunctionalInterface
  interface Opener {
    ImageReader open(Path file) throws IOException;
  }

  /** True when everything is read, but pages that only a parent has. */
  static boolean isRead(Path file, Opener opener) throws IOException {
    try (ImageReader reader = opener.open(file)) {
      Touch.all(reader.checkpoint());
      return true;
    } catch (ImageException e) {
      return false;
    }
  }
}

package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;

/** What the program {@code steady} counts: rounds of its threads, and what it found wrong. */
final class Counts {
  private static final int THREADS = 4;
  private static final int ERRORS = 4;

  private final Victim victim;
  private final LongBuffer words;

  private Counts(Victim victim, LongBuffer words) {
    this.victim = victim;
    this.words = words;
  }

  static Counts of(Victim victim) throws IOException {
    String file = victim.folder().resolve("counts").toString();
    try (RandomAccessFile open = new RandomAccessFile(file, "r")) {
      return new Counts(
          victim,
          open.getChannel()
              .map(FileChannel.MapMode.READ_ONLY, 0, 4096)
              .order(ByteOrder.LITTLE_ENDIAN)
              .asLongBuffer());
    }
  }

  /** Waits until every thread has gone on behind {@code what}, and found nothing wrong. */
  void awaitProgress(String what, Task now) throws Exception {
    long[] before = new long[THREADS];
    words.get(0, before);
    Await.until(
        () -> "progress after " + what + ": " + victim.report(),
        () -> {
          boolean moved = true;
          for (int i = 0; i < THREADS; i++) {
            moved &= words.get(i) >= before[i] + 2;
          }
          return moved || !now.isAlive();
        });
    assertTrue(now.isAlive(), () -> "dead after " + what + ": " + victim.report());
    assertEquals(0, words.get(ERRORS), () -> "after " + what + ": " + victim.report());
  }
}

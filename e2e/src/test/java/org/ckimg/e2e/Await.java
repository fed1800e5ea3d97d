package org.ckimg.e2e;

import java.time.Duration;
import java.util.function.Supplier;

/** Waiting for what another process does. */
final class Await {
  /** Long enough for a loaded machine; a campaign, which runs beside much else, waits longer. */
  static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("ckimg.await.seconds", 60));

  /** A question that may fail as files do. */
  interface Question {
    boolean ask() throws Exception;
  }

  private Await() {}

  /** Asks every millisecond; fails after {@link #LIMIT}. */
  static void until(Supplier<String> what, Question question) throws Exception {
    until(LIMIT, what, question);
  }

  /** Asks every millisecond; fails after {@code limit}. */
  static void until(Duration limit, Supplier<String> what, Question question) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!question.ask()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what.get());
      }
      Thread.sleep(1);
    }
  }

  /** Waits for the end of a child. */
  static void end(Process process) {
    end(process, LIMIT);
  }

  /** The same; one that has not ended within {@code limit} is killed. */
  static void end(Process process, Duration limit) {
    try {
      if (!process.waitFor(limit)) {
        process.destroyForcibly();
        throw new AssertionError(
            "not within " + limit.toSeconds() + " s: the end of " + process.info());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

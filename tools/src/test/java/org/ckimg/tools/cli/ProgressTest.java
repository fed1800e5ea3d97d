package org.ckimg.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final StringWriter err = new StringWriter();
  private final AtomicLong now = new AtomicLong(5 * SECOND);

  private Progress progress(boolean terminal, long total) {
    return new Progress(new PrintWriter(err), terminal, now::get, "checking", total);
  }

  @Test
  void shortWorkShowsNothing() {
    try (Progress progress = progress(true, 100)) {
      now.addAndGet(SECOND - 1);
      progress.accept(99);
    }
    assertEquals("", err.toString());
  }

  @Test
  void longWorkIsDrawnAndTakenAway() {
    try (Progress progress = progress(true, 100 << 20)) {
      now.addAndGet(2 * SECOND);
      progress.accept(50 << 20);
      progress.accept(1 << 20);
    }
    String bar = "checking [" + "=".repeat(15) + " ".repeat(15) + "] 50% of 100 MiB, 25.0 MiB/s";
    assertEquals("\r\u001b[K" + bar + "\r\u001b[K", err.toString());
  }

  @Test
  void moreWorkThanExpectedIsStillAHundredPercent() {
    try (Progress progress = progress(true, 10)) {
      now.addAndGet(2 * SECOND);
      progress.accept(30);
    }
    assertTrue(err.toString().contains("] 100% of 10 B"), err.toString());
  }

  @Test
  void anUnknownTotalShowsWhatIsDone() {
    try (Progress progress = progress(true, 0)) {
      now.addAndGet(2 * SECOND);
      progress.accept(2048);
    }
    assertTrue(err.toString().contains("checking 2.00 KiB, 1.00 KiB/s"), err.toString());
  }

  @Test
  void nothingIsDrawnIntoAFile() {
    try (Progress progress = progress(false, 100)) {
      now.addAndGet(60 * SECOND);
      progress.accept(50);
    }
    assertEquals("", err.toString());
  }
}

package org.ckimg.tools.cli;

import java.io.PrintWriter;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.ckimg.tools.text.Human;

/**
 * A bar on a terminal for work that takes longer than a second. It is drawn by whoever reports
 * progress, ten times a second at most, so that no thread is left behind. Safe for several threads.
 */
public final class Progress implements LongConsumer, AutoCloseable {
  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final int WIDTH = 30;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final String label;
  private final long total;
  private final long start;
  private long done;
  private long drawn;
  private boolean visible;

  /**
   * Nothing is drawn yet.
   *
   * @param console where the bar goes
   * @param label what is being done
   * @param total bytes of work; 0 when it is not known
   */
  public Progress(Console console, String label, long total) {
    this(console.err(), console.errIsTerminal(), System::nanoTime, label, total);
  }

  Progress(PrintWriter err, boolean terminal, LongSupplier nanoTime, String label, long total) {
    this.err = err;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.label = label;
    this.total = total;
    this.start = nanoTime.getAsLong();
    this.drawn = start + PATIENCE_NANOS - REDRAW_NANOS;
  }

  /** Takes note that {@code bytes} more of the work are done. */
  @Override
  public synchronized void accept(long bytes) {
    done += bytes;
    if (!terminal) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - drawn >= REDRAW_NANOS) {
      drawn = now;
      visible = true;
      err.print(CLEAR_LINE + line(now - start));
      err.flush();
    }
  }

  private String line(long nanos) {
    String speed = Human.bytes((long) (done / (nanos / 1e9))) + "/s";
    if (total <= 0) {
      return label + " " + Human.bytes(done) + ", " + speed;
    }
    double share = Math.min(1, (double) done / total);
    int full = (int) (share * WIDTH);
    return "%s [%s%s] %d%% of %s, %s"
        .formatted(
            label,
            "=".repeat(full),
            " ".repeat(WIDTH - full),
            (int) (share * 100),
            Human.bytes(total),
            speed);
  }

  /** Takes the bar away. */
  @Override
  public synchronized void close() {
    if (visible) {
      err.print(CLEAR_LINE);
      err.flush();
      visible = false;
    }
  }
}

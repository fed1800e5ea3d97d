package org.ckimg.tools.text;

import java.time.Duration;
import java.util.Locale;

/** Numbers in words that people read at a glance. */
public final class Human {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final long NANOS = 1_000_000_000L;
  private static final double SMALL = 9.995;
  private static final double LARGE = 99.95;

  private Human() {}

  /** A number of bytes to three digits, such as {@code 1.50 GiB}. */
  public static String bytes(long bytes) {
    double value = bytes < 0 ? bytes + 0x1p64 : bytes;
    int unit = 0;
    while (value >= 1023.5 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : digits(value) + " " + UNITS[unit];
  }

  /** A span of time to three digits, such as {@code 12.0 ms} or {@code 2 h 5 min}. */
  public static String duration(long nanos) {
    if (nanos < 1_000) {
      return nanos + " ns";
    }
    if (nanos < 1_000_000) {
      return digits(nanos / 1e3) + " µs";
    }
    if (nanos < NANOS) {
      return digits(nanos / 1e6) + " ms";
    }
    Duration duration = Duration.ofNanos(nanos);
    if (duration.toMinutes() < 2) {
      return digits(nanos / 1e9) + " s";
    }
    if (duration.toHours() < 1) {
      return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
    return duration.toDays() < 2
        ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
        : duration.toDays() + " d " + duration.toHoursPart() + " h";
  }

  /** {@code 1 thread}, {@code 2 threads}. */
  public static String count(long number, String noun) {
    String plural =
        noun.endsWith("s")
            ? noun + "es"
            : noun.endsWith("y") ? noun.replaceAll("y$", "ies") : noun + "s";
    return number + " " + (number == 1 ? noun : plural);
  }

  /** An address as {@code 0x…}. */
  public static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  private static String digits(double value) {
    return String.format(
        Locale.ROOT, value >= LARGE ? "%.0f" : value >= SMALL ? "%.1f" : "%.2f", value);
  }
}

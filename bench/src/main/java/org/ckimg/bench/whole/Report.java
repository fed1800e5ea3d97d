package org.ckimg.bench.whole;

import java.util.Locale;

/** Prints one line for each measurement, as soon as it is there. */
final class Report {
  private static final String ROW = "%-52s %12s %12s %8s  %s%n";

  void head() {
    line("what", "ckimg", "floor", "ratio", "goal");
  }

  /** A median against another one of the same run. */
  void ratio(String what, Samples own, Samples floor, String unit, String goal) {
    line(
        what,
        text(own.median(), unit),
        text(floor.median(), unit),
        String.format(Locale.ROOT, "%.2f", own.median() / floor.median()),
        goal);
  }

  /** A figure that stands alone. */
  void value(String what, double value, String unit, String goal) {
    line(what, text(value, unit), "", "", goal);
  }

  void note(String text) {
    System.out.println(text);
  }

  private static String text(double value, String unit) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.0f %s", value, unit);
  }

  private static void line(String what, String own, String floor, String ratio, String goal) {
    System.out.printf(ROW, what, own, floor, ratio, goal);
    System.out.flush();
  }
}

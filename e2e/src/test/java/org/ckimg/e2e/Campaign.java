package org.ckimg.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * Something that is done again and again: a few times in every build, and for as long as somebody
 * wants by {@code fuzz/campaign}, which keeps the figures.
 */
final class Campaign {
  private static final String FIGURES = "ckimg.figures";

  private static final int USUAL_SECONDS = 300;
  private static final int SECONDS_A_ROUND = 10;

  private final String name;
  private final int rounds;
  private final long start = System.nanoTime();

  private Campaign(String name, int rounds) {
    this.name = name;
    this.rounds = rounds;
  }

  /**
   * Begins.
   *
   * @param name of the campaign, a property {@code ckimg.rounds.NAME} of which says how often
   * @param usual rounds of a build
   */
  static Campaign of(String name, int usual) {
    return new Campaign(name, Integer.getInteger("ckimg.rounds." + name, usual));
  }

  int rounds() {
    return rounds;
  }

  /** More than it takes on a busy machine, for programs that do not outlive their test. */
  String seconds() {
    return Integer.toString(USUAL_SECONDS + rounds * SECONDS_A_ROUND);
  }

  /** Prints what was seen, and keeps it where that is wanted: the last figures of each name. */
  void end(String subject, int done, String seen) throws IOException {
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    String row = String.join("\t", name, subject, "" + done, "" + seconds, seen);
    System.out.println("campaign: " + row.replace("\t", ", "));
    String file = System.getProperty(FIGURES);
    if (file != null) {
      keep(Path.of(file), name + "\t" + subject + "\t", row);
    }
  }

  private static synchronized void keep(Path file, String head, String row) throws IOException {
    TreeSet<String> rows = new TreeSet<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
    rows.removeIf(line -> line.startsWith(head));
    rows.add(row);
    Files.write(file, rows);
  }
}

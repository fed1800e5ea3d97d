import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Prints how much of some packages the tests reach, or how many faults they notice, and fails below
 * a floor:
 *
 * <pre>
 * Figures coverage jacoco.csv    NAME:PACKAGE:LINES:BRANCHES…     percent
 * Figures mutation mutations.csv NAME:PACKAGE:SCORE:MUTANTS…      percent, number
 * </pre>
 *
 * A package stands for those below it too. The floor under the number of mutants is for the day on
 * which none is made, of which all are noticed.
 */
final class Figures {
  /** Columns of a report of JaCoCo, from 0. */
  private static final int COVERAGE_PACKAGE = 1;

  private static final int BRANCHES = 5;
  private static final int LINES = 7;
  private static final int COVERAGE_COLUMNS = 13;

  /** Columns of a report of PIT, from 0. */
  private static final int MUTATED_CLASS = 1;

  private static final int STATUS = 5;
  private static final int MUTATION_COLUMNS = 7;
  private static final Set<String> NOTICED =
      Set.of("KILLED", "TIMED_OUT", "MEMORY_ERROR", "RUN_ERROR");

  private final List<String> rows;
  private boolean failed;

  private Figures(List<String> rows) {
    this.rows = rows;
  }

  /** A floor as it is written on the command line. */
  private record Floor(String name, String prefix, double first, double second) {
    static Floor of(String text) {
      String[] parts = text.split(":");
      return new Floor(
          parts[0], parts[1] + ".", Double.parseDouble(parts[2]), Double.parseDouble(parts[3]));
    }
  }

  /** So many of so many. */
  private record Share(long part, long all) {
    double percent() {
      return all == 0 ? 0 : 100.0 * part / all;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.1f %% of %,d", percent(), all);
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path report = Path.of(arguments[1]);
    if (Files.notExists(report)) {
      System.err.println("figures: there is no " + report + ": did the tests run?");
      System.exit(1);
    }
    Figures figures = new Figures(Files.readAllLines(report));
    for (String floor : List.of(arguments).subList(2, arguments.length)) {
      switch (arguments[0]) {
        case "coverage" -> figures.coverage(Floor.of(floor));
        case "mutation" -> figures.mutation(Floor.of(floor));
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
    System.exit(figures.failed ? 1 : 0);
  }

  private void coverage(Floor floor) {
    List<String[]> classes =
        rows.stream()
            .map(row -> row.split(",", COVERAGE_COLUMNS))
            .filter(row -> (row[COVERAGE_PACKAGE] + ".").startsWith(floor.prefix))
            .toList();
    Share lines = share(classes, LINES);
    Share branches = share(classes, BRANCHES);
    System.out.printf("coverage: %s: %s lines, %s branches%n", floor.name, lines, branches);
    require(lines.percent(), floor.first, "lines in percent", floor);
    require(branches.percent(), floor.second, "branches in percent", floor);
  }

  /** Of a column of what was missed, beside which stands what was not. */
  private static Share share(List<String[]> classes, int column) {
    long missed = classes.stream().mapToLong(row -> Long.parseLong(row[column])).sum();
    long covered = classes.stream().mapToLong(row -> Long.parseLong(row[column + 1])).sum();
    return new Share(covered, missed + covered);
  }

  private void mutation(Floor floor) {
    List<String> mutants =
        rows.stream()
            .map(row -> row.split(",", MUTATION_COLUMNS))
            .filter(row -> row[MUTATED_CLASS].startsWith(floor.prefix))
            .map(row -> row[STATUS])
            .toList();
    Share noticed = new Share(mutants.stream().filter(NOTICED::contains).count(), mutants.size());
    long unreached = mutants.stream().filter("NO_COVERAGE"::equals).count();
    System.out.printf(
        Locale.ROOT,
        "mutation: %s: %s mutants noticed, %,d in no test's way%n",
        floor.name,
        noticed,
        unreached);
    require(noticed.percent(), floor.first, "noticed in percent", floor);
    require(mutants.size(), floor.second, "mutants", floor);
  }

  private void require(double value, double floor, String what, Floor of) {
    if (value < floor) {
      failed = true;
      System.err.printf(
          Locale.ROOT, "figures: %s: %.1f %s, the floor is %.1f%n", of.name, value, what, floor);
    }
  }
}

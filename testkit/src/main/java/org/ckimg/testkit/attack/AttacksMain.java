package org.ckimg.testkit.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes into AUDIT.md what shows each rule, and behind its mark the table of lies. */
public final class AttacksMain {
  private static final String MARK = "<!-- attacks -->\n";
  private static final String RULE_ROW = "| AU-";
  private static final String COLUMNS = "| id | severity | effect | what is demanded | against |";
  private static final int CELLS = 6;

  private AttacksMain() {}

  /**
   * Writes.
   *
   * @param arguments path of AUDIT.md
   */
  public static void main(String[] arguments) throws IOException {
    Path document = Path.of(arguments[0]);
    Files.writeString(document, with(Files.readString(document)));
  }

  /** The document with the tables of today. */
  static String with(String document) {
    int mark = document.indexOf(MARK);
    if (mark < 0) {
      throw new IllegalArgumentException("no line " + MARK);
    }
    String rules =
        document.substring(0, mark).lines().map(AttacksMain::row).collect(Collectors.joining("\n"));
    return rules + "\n" + MARK + table();
  }

  /** A row of the first table gets its last cell; everything else stays. */
  private static String row(String line) {
    if (line.startsWith(COLUMNS)) {
      return COLUMNS + " vector |";
    }
    if (line.equals("|---|---|---|---|---|")) {
      return line + "---|";
    }
    if (!line.startsWith(RULE_ROW)) {
      return line;
    }
    String[] cells = Arrays.copyOf(line.split("\\|", -1), CELLS);
    String rule = cells[1].strip();
    return String.join("|", cells) + "| " + Proofs.of(rule) + " |";
  }

  private static String table() {
    return Attacks.all().stream()
        .map(attack ->
            "| %s | %s | %s | %s | %s |%n"
                .formatted(
                    attack.name(),
                    attack.subject().program(),
                    attack.against(),
                    String.join(", ", attack.rules()),
                    attack.refused() ? "refused" : "comes back"))
        .collect(
            Collectors.joining(
                "",
                "\n| lie | program | what it would be | rules | answer |\n|---|---|---|---|---|\n",
                ""));
  }
}

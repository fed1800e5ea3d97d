package org.ckimg.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Writes the table of lies behind its mark in AUDIT.md. */
public final class AttacksMain {
  private static final String MARK = "<!-- attacks -->\n";
  private static final String ANY_FILE = "/var/tmp/ckimg-hostile-000002";

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

  /** The document with the table of today. */
  static String with(String document) {
    int mark = document.indexOf(MARK);
    if (mark < 0) {
      throw new IllegalArgumentException("no line " + MARK);
    }
    return document.substring(0, mark + MARK.length()) + table();
  }

  private static String table() {
    return Attacks.all(ANY_FILE).stream()
        .map(attack ->
            "| %s | %s | %s |%n"
                .formatted(attack.name(), attack.against(), String.join(", ", attack.rules())))
        .collect(
            Collectors.joining("", "\n| lie | what it would be | rule |\n|---|---|---|\n", ""));
  }
}

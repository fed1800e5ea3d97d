package org.ckimg.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** FORMAT.md, taken apart. */
final class Documents {
  static final Path VECTORS = Path.of("vectors");

  private static final Path FORMAT = Path.of("FORMAT.md");

  private Documents() {}

  static List<String> format() {
    try {
      return Files.readAllLines(FORMAT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows of the table that is the first one behind a line, each with its cells. */
  static List<List<String>> tableBehind(String line) {
    List<String> lines = format();
    int at = lines.indexOf(line);
    if (at < 0) {
      throw new IllegalArgumentException("FORMAT.md has no line " + line);
    }
    return tableFrom(lines, at + 1);
  }

  /** Rows of the table whose head is {@code head}. */
  static List<List<String>> tableWithHead(String head) {
    List<String> lines = format();
    return tableFrom(lines, lines.indexOf(head));
  }

  private static List<List<String>> tableFrom(List<String> lines, int from) {
    int at = from;
    while (!lines.get(at).startsWith("|")) {
      at++;
    }
    List<List<String>> rows = new ArrayList<>();
    for (at += 2; at < lines.size() && lines.get(at).startsWith("|"); at++) {
      String row = lines.get(at);
      rows.add(
          Arrays.stream(row.substring(1, row.length() - 1).split("\\|"))
              .map(String::strip)
              .toList());
    }
    return rows;
  }

  /** Name of a table's type in the layout. */
  static String plural(SectionType type) {
    return switch (type) {
      case SYSTEM -> "systems";
      case CREDENTIALS -> "credential_sets";
      case ORIGIN -> "origins";
      case PAGES -> "page_block";
      default -> type.name().toLowerCase(java.util.Locale.ROOT);
    };
  }
}

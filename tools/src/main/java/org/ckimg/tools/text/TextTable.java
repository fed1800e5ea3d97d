package org.ckimg.tools.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Aligned columns. A title that starts with {@code >} makes its column flush right; the last column
 * is never padded.
 */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<String> titles;
  private final boolean[] right;
  private final List<String[]> rows = new ArrayList<>();

  /** No rows yet. */
  public TextTable(String... columns) {
    titles = Stream.of(columns).map(c -> c.startsWith(">") ? c.substring(1) : c).toList();
    right = new boolean[columns.length];
    for (int i = 0; i < columns.length; i++) {
      right[i] = columns[i].startsWith(">");
    }
  }

  /** Adds a row with a cell for each column. */
  public TextTable row(Object... cells) {
    if (cells.length != titles.size()) {
      throw new IllegalArgumentException(cells.length + " cells, " + titles.size() + " columns");
    }
    rows.add(Stream.of(cells).map(String::valueOf).toArray(String[]::new));
    return this;
  }

  /** Number of rows. */
  int rows() {
    return rows.size();
  }

  /** True without rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Titles and rows; nothing at all without rows. */
  List<String> lines(Style style) {
    if (rows.isEmpty()) {
      return List.of();
    }
    int[] widths = widths();
    List<String> lines = new ArrayList<>();
    lines.add(style.label(line(titles.toArray(String[]::new), widths)));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private int[] widths() {
    int[] widths = titles.stream().mapToInt(TextTable::width).toArray();
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], width(row[i]));
      }
    }
    return widths;
  }

  private String line(String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String padding = " ".repeat(widths[i] - width(cells[i]));
      line.append(GAP).append(right[i] ? padding + cells[i] : cells[i] + padding);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}

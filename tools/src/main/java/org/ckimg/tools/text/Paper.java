package org.ckimg.tools.text;

import java.io.PrintWriter;

/**
 * Where a view prints.
 *
 * @param out the writer
 * @param style colours
 */
public record Paper(PrintWriter out, Style style) {
  private static final int LABEL_WIDTH = 11;

  /** A title on a line of its own. */
  public void heading(String text) {
    line(style.heading(text));
  }

  /** One line. */
  public void line(String text) {
    out.print(text);
    out.print('\n');
  }

  /** An empty line. */
  public void gap() {
    line("");
  }

  /** A named value, indented below a heading. */
  public void fact(String label, String value) {
    line("  " + style.label(label + " ".repeat(Math.max(1, LABEL_WIDTH - label.length()))) + value);
  }

  /** A table, indented below a heading. */
  public void table(TextTable table) {
    table.lines(style).forEach(this::line);
  }
}

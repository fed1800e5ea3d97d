package org.ckimg.tools.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columnsAreAligned() {
    TextTable table = new TextTable(">NR", "NAME", "WHAT").row(7, "é", "x").row(1000, "abcde", "");
    assertEquals(
        List.of("    NR  NAME   WHAT", "     7  é      x", "  1000  abcde"),
        table.lines(Style.PLAIN));
  }

  @Test
  void withoutRowsThereIsNoTitle() {
    assertEquals(List.of(), new TextTable("A", "B").lines(Style.PLAIN));
  }

  @Test
  void aRowHasACellForEachColumn() {
    TextTable table = new TextTable("A", "B");
    assertThrows(IllegalArgumentException.class, () -> table.row("alone"));
  }
}

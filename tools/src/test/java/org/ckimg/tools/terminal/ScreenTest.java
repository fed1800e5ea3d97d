package org.ckimg.tools.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenTest {
  private static Screen after(String printed) {
    Screen screen = new Screen();
    screen.print(MemorySegment.ofArray(printed.getBytes(StandardCharsets.UTF_8)));
    return screen;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "\033[1m",
        "\033[?25l",
        "\033(B",
        "\033]0;title\007",
        "\033]0;title\033\\",
        "\033P1$r\033\\",
        "\0337\033[2;3H\0338",
        "ä€😀",
        "\033[12\030"
      })
  void isBetweenSequences(String printed) {
    assertTrue(after(printed).isBetweenSequences());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\033", "\033[", "\033[1;2", "\033(", "\033]0;title", "\033]0;title\033"})
  void isInASequence(String printed) {
    assertFalse(after(printed).isBetweenSequences());
  }

  @Test
  void aCharacterIsNotCut() {
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    Screen screen = new Screen();
    for (int i = 0; i < euro.length; i++) {
      assertEquals(i == 0, screen.isBetweenSequences(), "after " + i);
      screen.print(MemorySegment.ofArray(new byte[] {euro[i]}));
    }
    assertTrue(screen.isBetweenSequences());
  }

  @Test
  void theAlternateScreen() {
    for (String mode : new String[] {"47", "1047", "1049", "1;1049", "1049;25"}) {
      assertTrue(after("\033[?" + mode + "h").isAlternate(), mode);
      assertFalse(after("\033[?" + mode + "h\033[?" + mode + "l").isAlternate(), mode);
    }
    assertFalse(after("\033[1049h").isAlternate());
    assertFalse(after("\033[?25h").isAlternate());
    assertFalse(after("\033[?99999999991049h").isAlternate());
  }

  @Test
  void theStartOfALine() {
    assertTrue(after("").isAtLineStart());
    assertTrue(after("text\r\n").isAtLineStart());
    assertFalse(after("text").isAtLineStart());
    assertFalse(after("text\r\n$ ").isAtLineStart());
  }
}

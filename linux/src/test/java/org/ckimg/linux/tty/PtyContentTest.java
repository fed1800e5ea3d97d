package org.ckimg.linux.tty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.TerminalCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PtyContentTest {
  private static final PtyContent WAITING =
      new PtyContent(new byte[] {'a', '\n', 'b'}, List.of(2), new byte[] {'c'}, true);

  private TerminalCalls.Pair pair;
  private byte[] modes;

  /** It can be neither read nor written. */
  private int noMaster;

  @BeforeEach
  void open() throws Exception {
    pair = TerminalCalls.open();
    modes = TerminalCalls.modes(pair.slave());
    noMaster = FileCalls.open("/", FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
  }

  @AfterEach
  void close() {
    FileCalls.close(noMaster);
    FileCalls.close(pair.slave());
    FileCalls.close(pair.master());
  }

  @Test
  void whatWaitsIsTakenAndGivenBack() throws Exception {
    WAITING.give(pair.master(), pair.slave(), modes);
    for (int round = 0; round < 2; round++) {
      PtyContent taken = PtyContent.take(pair.master(), pair.slave(), modes);
      assertArrayEquals(WAITING.input(), taken.input());
      assertEquals(WAITING.lines(), taken.lines());
      assertArrayEquals(WAITING.output(), taken.output());
      assertTrue(taken.stopped());
      taken.give(pair.master(), pair.slave(), modes);
      assertArrayEquals(modes, TerminalCalls.modes(pair.slave()));
    }
  }

  @Test
  void aTerminalThatCannotBeEmptiedKeepsItsModes() throws Exception {
    WAITING.give(pair.master(), pair.slave(), modes);
    IOException e =
        assertThrows(IOException.class, () -> PtyContent.take(noMaster, pair.slave(), modes));
    assertTrue(e.getMessage().contains("EISDIR"), e.getMessage());
    assertTrue(e.getMessage().contains("what waited in a pseudo terminal"), e.getMessage());
    assertArrayEquals(modes, TerminalCalls.modes(pair.slave()));
  }

  @Test
  void aTerminalThatCannotBeFilledHasItsModesAndTheRest() throws Exception {
    PtyContent stoppable = new PtyContent(new byte[] {'b'}, List.of(), new byte[] {'c'}, false);
    IOException e =
        assertThrows(IOException.class, () -> stoppable.give(noMaster, pair.slave(), modes));
    assertTrue(e.getMessage().contains("EBADF"), e.getMessage());
    assertArrayEquals(modes, TerminalCalls.modes(pair.slave()));
    PtyContent left = PtyContent.take(pair.master(), pair.slave(), modes);
    assertArrayEquals(new byte[] {'c'}, left.output());
    assertEquals(0, left.input().length);
  }
}
